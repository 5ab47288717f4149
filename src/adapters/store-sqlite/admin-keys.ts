import type { AdminKey, AdminScope } from '../../domain/administration.ts';
import type { AdminKeyStore } from '../../ports/store/admin-keys.ts';
import type { SqliteDatabase } from './database.ts';

interface AdminKeyRow {
  readonly id: string;
  readonly name: string;
  readonly scope: AdminScope;
  readonly hash: string;
  readonly created_at: number;
  readonly expires_at: number | null;
}

export function createAdminKeyStore(database: SqliteDatabase): AdminKeyStore {
  const find = database.prepare<{ id: string }, AdminKeyRow>('SELECT * FROM admin_keys WHERE id = @id');
  const list = database.prepare<{ after: string; limit: number }, AdminKeyRow>(
    'SELECT * FROM admin_keys WHERE id > @after ORDER BY id LIMIT @limit',
  );
  const create = database.prepare<AdminKeyRow>(
    `INSERT INTO admin_keys (id, name, scope, hash, created_at, expires_at)
     VALUES (@id, @name, @scope, @hash, @created_at, @expires_at) ON CONFLICT (id) DO NOTHING`,
  );
  const remove = database.prepare<{ id: string }>('DELETE FROM admin_keys WHERE id = @id');
  return {
    create: (key) => database.write(() => create.run(toRow(key)).changes === 1),
    find: (id) =>
      database.read(() => {
        const row = find.get({ id });
        return row === undefined ? null : toAdminKey(row);
      }),
    list: (after, limit) => database.read(() => list.all({ after: after ?? '', limit }).map(toAdminKey)),
    remove: (id) => database.write(() => remove.run({ id }).changes === 1),
  };
}

const toRow = ({ id, name, scope, hash, createdAt, expiresAt }: AdminKey): AdminKeyRow => ({
  id,
  name,
  scope,
  hash,
  created_at: createdAt,
  expires_at: expiresAt,
});

const toAdminKey = ({ id, name, scope, hash, created_at, expires_at }: AdminKeyRow): AdminKey => ({
  id,
  name,
  scope,
  hash,
  createdAt: created_at,
  expiresAt: expires_at,
});
