import type { Administrator, AdminRole } from '../../domain/administration.ts';
import type { AdministratorStore } from '../../ports/store/administrators.ts';
import type { SqliteDatabase } from './database.ts';

interface AdministratorRow {
  readonly email: string;
  readonly role: AdminRole;
  readonly account_id: string;
  readonly invited_at: number;
  readonly invited_by: string;
  readonly accepted_at: number | null;
  readonly version: number;
}

type Key = Pick<AdministratorRow, 'email'>;

export function createAdministratorStore(database: SqliteDatabase): AdministratorStore {
  const find = database.prepare<Key, AdministratorRow>('SELECT * FROM administrators WHERE email = @email');
  const list = database.prepare<{ after: string }, AdministratorRow>(
    'SELECT * FROM administrators WHERE email > @after ORDER BY email',
  );
  const create = database.prepare<AdministratorRow>(
    `INSERT INTO administrators (email, role, account_id, invited_at, invited_by, accepted_at, version)
     VALUES (@email, @role, @account_id, @invited_at, @invited_by, @accepted_at, @version) ON CONFLICT (email) DO NOTHING`,
  );
  const accept = database.prepare<Pick<AdministratorRow, 'email' | 'account_id'> & { at: number }>(
    `UPDATE administrators SET accepted_at = @at
     WHERE email = @email AND account_id = @account_id AND accepted_at IS NULL`,
  );
  return {
    list: () => database.read(() => list.all({ after: '' }).map(toAdministrator)),
    find: (email) =>
      database.read(() => {
        const row = find.get({ email });
        return row === undefined ? null : toAdministrator(row);
      }),
    create: (administrator) => database.write(() => create.run(toRow(administrator)).changes === 1),
    accept: (email, accountId, at) =>
      database.write(() => accept.run({ email, account_id: accountId, at }).changes === 1),
    ...createOwnership(database, (email) => find.get({ email })),
  };
}

/** @param find the row of an address, inside a transaction */
function createOwnership(
  database: SqliteDatabase,
  find: (email: string) => AdministratorRow | undefined,
): Pick<AdministratorStore, 'setRole' | 'remove'> {
  const setRole = database.prepare<Pick<AdministratorRow, 'email' | 'role' | 'version'>, AdministratorRow>(
    `UPDATE administrators SET role = @role, version = version + 1
     WHERE email = @email AND version = @version RETURNING *`,
  );
  const remove = database.prepare<Key>('DELETE FROM administrators WHERE email = @email');
  const otherOwner = database.prepare<Key, Key>(
    `SELECT email FROM administrators WHERE role = 'owner' AND email <> @email LIMIT 1`,
  );
  // Asked inside the transaction that takes the role away.
  const isLastOwner = ({ email, role }: AdministratorRow): boolean =>
    role === 'owner' && otherOwner.get({ email }) === undefined;
  return {
    setRole: ({ email, role, version }, { othersOwn }) =>
      database.write(() => {
        const before = find(email);
        if (before === undefined || before.version !== version) return { refused: 'outdated' };
        if (role !== 'owner' && !othersOwn && isLastOwner(before)) return { refused: 'last_owner' };
        const row = setRole.get({ email, role, version });
        return row === undefined ? { refused: 'outdated' } : { changed: toAdministrator(row) };
      }),
    remove: (email, { othersOwn }) =>
      database.write(() => {
        const before = find(email);
        if (before === undefined) return 'gone';
        if (!othersOwn && isLastOwner(before)) return 'last_owner';
        remove.run({ email });
        return 'removed';
      }),
  };
}

const toRow = (administrator: Administrator): AdministratorRow => ({
  email: administrator.email,
  role: administrator.role,
  account_id: administrator.accountId,
  invited_at: administrator.invitedAt,
  invited_by: administrator.invitedBy,
  accepted_at: administrator.acceptedAt,
  version: administrator.version,
});

const toAdministrator = (row: AdministratorRow): Administrator => ({
  email: row.email,
  role: row.role,
  accountId: row.account_id,
  invitedAt: row.invited_at,
  invitedBy: row.invited_by,
  acceptedAt: row.accepted_at,
  version: row.version,
});
