import type { KeyStore, StoredKey } from '../../ports/store/installation.ts';
import type { SqliteDatabase } from './database.ts';

interface KeyRow {
  readonly id: string;
  readonly alg: string;
  readonly sealed: string;
  readonly state: StoredKey['state'];
  readonly created_at: number;
}

export function createKeyStore(database: SqliteDatabase): KeyStore {
  const list = database.prepare<object, KeyRow>('SELECT * FROM signing_keys ORDER BY created_at, id');
  // The unique index on active keys makes the second one of an algorithm a conflict.
  const createFirst = database.prepare<KeyRow>(
    `INSERT INTO signing_keys (id, alg, sealed, state, created_at) VALUES (@id, @alg, @sealed, @state, @created_at)
     ON CONFLICT DO NOTHING`,
  );
  const reseal = database.prepare<{ id: string; sealed: string }>(
    'UPDATE signing_keys SET sealed = @sealed WHERE id = @id',
  );
  return {
    list: () => database.read(() => list.all({}).map(toKey)),
    createFirst: (key) => database.write(() => createFirst.run(toRow(key)).changes === 1),
    reseal: (id, sealed) => database.write(() => void reseal.run({ id, sealed })),
  };
}

const toRow = ({ id, alg, sealed, state, createdAt }: StoredKey): KeyRow => ({
  id,
  alg,
  sealed,
  state,
  created_at: createdAt,
});

const toKey = ({ id, alg, sealed, state, created_at }: KeyRow): StoredKey => ({
  id,
  alg,
  sealed,
  state,
  createdAt: created_at,
});
