import type { Artifact } from '../../../ports/store/artifacts.ts';
import {
  declared,
  endOf,
  LEFT_BEHIND_SECONDS,
  moment,
  momentOf,
  momentOrNull,
  text,
  textOrNull,
  toEnd,
  toMoment,
} from './declared.ts';

/** An artifact as it lies in `artifacts`. */
export interface ArtifactDocument extends Omit<Artifact, 'id' | 'createdAt' | 'expiresAt' | 'consumedAt'> {
  /** `model:id`. */
  readonly _id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly consumedAt: Date | null;
}

export const artifactSchema = declared<ArtifactDocument>('artifacts', {
  _id: text,
  model: text,
  payload: text,
  grantId: textOrNull,
  accountId: textOrNull,
  clientId: textOrNull,
  uid: textOrNull,
  createdAt: moment,
  expiresAt: moment,
  consumedAt: momentOrNull,
  successor: textOrNull,
});

artifactSchema.index({ grantId: 1, model: 1 }, { name: 'grant', partialFilterExpression: { grantId: { $gt: '' } } });
artifactSchema.index(
  { accountId: 1, model: 1, createdAt: -1, _id: -1 },
  { name: 'account', partialFilterExpression: { accountId: { $gt: '' } } },
);
artifactSchema.index(
  { uid: 1, model: 1, createdAt: -1, _id: -1 },
  { name: 'uid', partialFilterExpression: { uid: { $gt: '' } } },
);
artifactSchema.index({ expiresAt: 1 }, { name: 'artifactEnd', expireAfterSeconds: LEFT_BEHIND_SECONDS });

/** The model is written so that it holds no colon: no two artifacts share a key. */
export const artifactKey = (model: string, id: string): string => `${encodeURIComponent(model)}:${id}`;

export const toArtifactDocument = ({ id, ...artifact }: Artifact): ArtifactDocument => ({
  ...artifact,
  _id: artifactKey(artifact.model, id),
  createdAt: new Date(artifact.createdAt),
  expiresAt: endOf(artifact.expiresAt),
  consumedAt: momentOf(artifact.consumedAt),
});

export const toArtifact = (stored: ArtifactDocument): Artifact => ({
  model: stored.model,
  id: stored._id.slice(stored._id.indexOf(':') + 1),
  payload: stored.payload,
  grantId: stored.grantId,
  accountId: stored.accountId,
  clientId: stored.clientId,
  uid: stored.uid,
  createdAt: stored.createdAt.getTime(),
  expiresAt: toEnd(stored.expiresAt),
  consumedAt: toMoment(stored.consumedAt),
  successor: stored.successor,
});
