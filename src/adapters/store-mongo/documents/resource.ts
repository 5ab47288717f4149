import type { Resource } from '../../../domain/resource.ts';
import { SIGNING_ALGORITHMS } from '../../../domain/signing-key.ts';
import { declared, moment, nested, oneWordOf, text, whole, wholeOrNull } from './declared.ts';

/** A resource as it lies in `resources`. */
export interface ResourceDocument extends Omit<Resource, 'id' | 'createdAt' | 'updatedAt'> {
  readonly _id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const resourceSchema = declared<ResourceDocument>('resources', {
  _id: text,
  audience: text,
  name: text,
  scopes: [nested({ name: text, description: text })],
  accessTokenFormat: oneWordOf('opaque', 'jwt'),
  signingAlg: oneWordOf(...SIGNING_ALGORITHMS),
  accessTokenSeconds: wholeOrNull,
  createdAt: moment,
  updatedAt: moment,
  version: whole,
});

export const toResourceDocument = ({ id, ...resource }: Resource): ResourceDocument => ({
  ...resource,
  _id: id,
  createdAt: new Date(resource.createdAt),
  updatedAt: new Date(resource.updatedAt),
});

export const toResource = ({ _id, ...stored }: ResourceDocument): Resource => ({
  ...stored,
  id: _id,
  scopes: stored.scopes.map(({ name, description }) => ({ name, description })),
  createdAt: stored.createdAt.getTime(),
  updatedAt: stored.updatedAt.getTime(),
});
