import { KEY_STATES } from '../../../domain/signing-key.ts';
import type { StoredKey } from '../../../ports/store/installation.ts';
import { declared, flag, moment, momentOf, momentOrNull, oneWordOf, text, toMoment, whole } from './declared.ts';

/** A signing key as it lies in `signingKeys`. One of a former version has nothing but these, and was the first to sign. */
export interface KeyDocument
  extends Pick<StoredKey, 'alg' | 'sealed'>,
    Partial<Pick<StoredKey, 'generation' | 'noted' | 'replacesLeaked'>> {
  readonly _id: string;
  readonly createdAt: Date;
  readonly activeFrom?: Date;
  readonly withdrawnAt?: Date | null;
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
