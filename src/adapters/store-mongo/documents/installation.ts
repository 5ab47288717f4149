import type { AuditEvent } from '../../../domain/event.ts';
import { KEY_STATES } from '../../../domain/signing-key.ts';
import type { StoredKey } from '../../../ports/store/installation.ts';
import {
  declared,
  flag,
  moment,
  momentOf,
  momentOrNull,
  nested,
  oneWordOf,
  text,
  textOrNull,
  toMoment,
  whole,
} from './declared.ts';

/** A signing key as it lies in `signingKeys`. One of a former version has nothing but these, and was the first to sign. */
export interface KeyDocument
  extends Pick<StoredKey, 'alg' | 'sealed'>,
    Partial<Pick<StoredKey, 'generation' | 'noted' | 'replacesLeaked'>> {
  readonly _id: string;
  readonly createdAt: Date;
  readonly activeFrom?: Date;
  readonly withdrawnAt?: Date | null;
}

/** A line of the audit trail as it lies in `events`. */
export interface EventDocument extends Omit<AuditEvent, 'id' | 'at'> {
  readonly _id: string;
  readonly at: Date;
}

/** What the installation knows of its own store, in `meta`. */
export interface MetaDocument {
  readonly _id: 'schema' | 'heartbeat';
  /** Of `schema`: the newest version that has written here. */
  readonly version?: number;
  /** Of `heartbeat`: how often somebody asked whether a write succeeds. */
  readonly beats?: number;
}

export const keySchema = declared<KeyDocument>('signingKeys', {
  _id: text,
  alg: text,
  generation: whole,
  sealed: text,
  noted: oneWordOf(...KEY_STATES),
  createdAt: moment,
  activeFrom: moment,
  replacesLeaked: flag,
  withdrawnAt: momentOrNull,
});

// Nodes that start or rotate together agree by this index: the second key of a generation is a conflict.
keySchema.index(
  { alg: 1, generation: 1 },
  { name: 'generation', unique: true, partialFilterExpression: { generation: { $gt: 0 } } },
);
keySchema.index({ createdAt: 1, _id: 1 }, { name: 'age' });

export const eventSchema = declared<EventDocument>('events', {
  _id: text,
  at: moment,
  type: { type: String, required: true },
  accountId: textOrNull,
  clientId: textOrNull,
  identifier: textOrNull,
  network: textOrNull,
  requestId: textOrNull,
  reason: textOrNull,
  actor: textOrNull,
  object: textOrNull,
  changes: { type: [nested({ field: text, before: textOrNull, after: textOrNull })], default: null },
});

eventSchema.index({ at: -1, _id: -1 }, { name: 'time' });
eventSchema.index({ type: 1, at: -1, _id: -1 }, { name: 'type' });
eventSchema.index(
  { accountId: 1, at: -1, _id: -1 },
  { name: 'account', partialFilterExpression: { accountId: { $gt: '' } } },
);
eventSchema.index(
  { clientId: 1, at: -1, _id: -1 },
  { name: 'client', partialFilterExpression: { clientId: { $gt: '' } } },
);

eventSchema.index({ actor: 1, at: -1, _id: -1 }, { name: 'actor', partialFilterExpression: { actor: { $gt: '' } } });

export const metaSchema = declared<MetaDocument>('meta', { _id: text, version: Number, beats: Number });

export const toKeyDocument = ({ id, ...key }: StoredKey): KeyDocument => ({
  ...key,
  _id: id,
  createdAt: new Date(key.createdAt),
  activeFrom: new Date(key.activeFrom),
  withdrawnAt: momentOf(key.withdrawnAt),
});

export const toKey = ({ _id, alg, sealed, createdAt, ...stored }: KeyDocument): StoredKey => ({
  id: _id,
  alg,
  generation: stored.generation ?? 1,
  sealed,
  noted: stored.noted ?? 'active',
  createdAt: createdAt.getTime(),
  activeFrom: (stored.activeFrom ?? createdAt).getTime(),
  replacesLeaked: stored.replacesLeaked ?? false,
  withdrawnAt: toMoment(stored.withdrawnAt ?? null),
});

export const toEventDocument = ({ id, ...event }: AuditEvent): EventDocument => ({
  ...event,
  _id: id,
  at: new Date(event.at),
});

export const toEvent = (stored: EventDocument): AuditEvent => ({
  id: stored._id,
  at: stored.at.getTime(),
  type: stored.type,
  accountId: stored.accountId,
  clientId: stored.clientId,
  identifier: stored.identifier,
  network: stored.network,
  requestId: stored.requestId,
  reason: stored.reason,
  // Absent in what a version before has written.
  actor: stored.actor ?? null,
  object: stored.object ?? null,
  changes: stored.changes?.map(({ field, before, after }) => ({ field, before, after })) ?? null,
});
