import type { KeyState } from '../../domain/signing-key.ts';
import type { KeyStore, StoredKey } from '../../ports/store/installation.ts';
import type { SqliteDatabase } from './database.ts';

interface KeyRow {
  readonly id: string;
  readonly alg: StoredKey['alg'];
  readonly generation: number;
  readonly sealed: string;
  readonly noted: KeyState;
  readonly created_at: number;
  readonly active_from: number;
  readonly replaces_leaked: 0 | 1;
  readonly withdrawn_at: number | null;
}

export function createKeyStore(database: SqliteDatabase): KeyStore {
  const list = database.prepare<object, KeyRow>('SELECT * FROM signing_keys ORDER BY created_at, id');
  // The second key of a generation is a conflict.
  const create = database.prepare<KeyRow>(
    `INSERT INTO signing_keys (id, alg, generation, sealed, noted, created_at, active_from, replaces_leaked, withdrawn_at)
     VALUES (@id, @alg, @generation, @sealed, @noted, @created_at, @active_from, @replaces_leaked, @withdrawn_at)
     ON CONFLICT DO NOTHING`,
  );
  const withdraw = database.prepare<{ id: string; at: number }>(
    'UPDATE signing_keys SET withdrawn_at = @at WHERE id = @id AND withdrawn_at IS NULL',
  );
  const note = database.prepare<{ id: string; before: KeyState; after: KeyState }>(
    'UPDATE signing_keys SET noted = @after WHERE id = @id AND noted = @before',
  );
  const reseal = database.prepare<{ id: string; sealed: string }>(
    'UPDATE signing_keys SET sealed = @sealed WHERE id = @id',
  );
  const remove = database.prepare<{ id: string }>('DELETE FROM signing_keys WHERE id = @id');
  return {
    list: () => database.read(() => list.all({}).map(toKey)),
    create: (key) => database.write(() => create.run(toRow(key)).changes === 1),
    withdraw: (id, at) => database.write(() => withdraw.run({ id, at }).changes === 1),
    note: (id, before, after) => database.write(() => note.run({ id, before, after }).changes === 1),
    reseal: (id, sealed) => database.write(() => void reseal.run({ id, sealed })),
    remove: (id) => database.write(() => remove.run({ id }).changes === 1),
  };
}

const toRow = ({ id, alg, generation, sealed, noted, ...key }: StoredKey): KeyRow => ({
  id,
  alg,
  generation,
  sealed,
  noted,
  created_at: key.createdAt,
  active_from: key.activeFrom,
  replaces_leaked: key.replacesLeaked ? 1 : 0,
  withdrawn_at: key.withdrawnAt,
});

const toKey = ({ id, alg, generation, sealed, noted, ...row }: KeyRow): StoredKey => ({
  id,
  alg,
  generation,
  sealed,
  noted,
  createdAt: row.created_at,
  activeFrom: row.active_from,
  replacesLeaked: row.replaces_leaked === 1,
  withdrawnAt: row.withdrawn_at,
});
