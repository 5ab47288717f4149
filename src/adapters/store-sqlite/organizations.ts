import type { Member, Organization } from '../../domain/organization.ts';
import type { OrganizationStore } from '../../ports/store/organizations.ts';
import type { SqliteDatabase } from './database.ts';

interface OrganizationRow {
  readonly id: string;
  readonly name: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly version: number;
}

interface MemberRow {
  readonly organization_id: string;
  readonly account_id: string;
  /** JSON. */
  readonly roles: string;
  readonly joined_at: number;
}

interface Page {
  readonly of: string;
  readonly after: string;
  readonly limit: number;
}

export function createOrganizationStore(database: SqliteDatabase): OrganizationStore {
  const find = database.prepare<{ id: string }, OrganizationRow>('SELECT * FROM organizations WHERE id = @id');
  const list = database.prepare<{ after: string; limit: number }, OrganizationRow>(
    'SELECT * FROM organizations WHERE id > @after ORDER BY id LIMIT @limit',
  );
  const create = database.prepare<OrganizationRow>(
    `INSERT INTO organizations (id, name, created_at, updated_at, version)
     VALUES (@id, @name, @created_at, @updated_at, @version) ON CONFLICT (id) DO NOTHING`,
  );
  const update = database.prepare<OrganizationRow, OrganizationRow>(
    `UPDATE organizations SET name = @name, created_at = @created_at, updated_at = @updated_at, version = version + 1
     WHERE id = @id AND version = @version RETURNING *`,
  );
  const remove = database.prepare<{ id: string }>('DELETE FROM organizations WHERE id = @id');
  return {
    create: (organization) => database.write(() => create.run(toRow(organization)).changes === 1),
    find: (id) => database.read(() => decoded(find.get({ id }))),
    list: (after, limit) => database.read(() => list.all({ after: after ?? '', limit }).map(toOrganization)),
    update: (organization) => database.write(() => decoded(update.get(toRow(organization)))),
    // Members go with it: the schema says so.
    remove: (id) => database.write(() => remove.run({ id }).changes === 1),
    ...createMembers(database, (id) => find.get({ id }) !== undefined),
  };
}

type Members = Pick<OrganizationStore, 'putMember' | 'removeMember' | 'findMember' | 'members' | 'memberships'>;

/** @param isThere whether there is such an organization, inside a transaction */
function createMembers(database: SqliteDatabase, isThere: (id: string) => boolean): Members {
  type Key = Pick<MemberRow, 'organization_id' | 'account_id'>;
  const put = database.prepare<MemberRow>(
    `INSERT INTO members (organization_id, account_id, roles, joined_at)
     VALUES (@organization_id, @account_id, @roles, @joined_at)
     ON CONFLICT (organization_id, account_id) DO UPDATE SET roles = excluded.roles`,
  );
  const remove = database.prepare<Key>(
    'DELETE FROM members WHERE organization_id = @organization_id AND account_id = @account_id',
  );
  const find = database.prepare<Key, MemberRow>(
    'SELECT * FROM members WHERE organization_id = @organization_id AND account_id = @account_id',
  );
  const list = database.prepare<Page, MemberRow>(
    'SELECT * FROM members WHERE organization_id = @of AND account_id > @after ORDER BY account_id LIMIT @limit',
  );
  const ofAccount = database.prepare<Omit<Page, 'after'>, MemberRow>(
    'SELECT * FROM members WHERE account_id = @of ORDER BY organization_id LIMIT @limit',
  );
  const keyOf = (organizationId: string, accountId: string): Key => ({
    organization_id: organizationId,
    account_id: accountId,
  });
  return {
    putMember: (member) =>
      database.write(() => isThere(member.organizationId) && put.run(toMemberRow(member)).changes === 1),
    removeMember: (organizationId, accountId) =>
      database.write(() => remove.run(keyOf(organizationId, accountId)).changes === 1),
    findMember: (organizationId, accountId) =>
      database.read(() => {
        const row = find.get(keyOf(organizationId, accountId));
        return row === undefined ? null : toMember(row);
      }),
    members: (organizationId, after, limit) =>
      database.read(() => list.all({ of: organizationId, after: after ?? '', limit }).map(toMember)),
    memberships: (accountId, limit) => database.read(() => ofAccount.all({ of: accountId, limit }).map(toMember)),
  };
}

const toRow = ({ id, name, createdAt, updatedAt, version }: Organization): OrganizationRow => ({
  id,
  name,
  created_at: createdAt,
  updated_at: updatedAt,
  version,
});

const toOrganization = (row: OrganizationRow): Organization => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
});

const decoded = (row: OrganizationRow | undefined): Organization | null =>
  row === undefined ? null : toOrganization(row);

const toMemberRow = ({ organizationId, accountId, roles, joinedAt }: Member): MemberRow => ({
  organization_id: organizationId,
  account_id: accountId,
  roles: JSON.stringify(roles),
  joined_at: joinedAt,
});

const toMember = (row: MemberRow): Member => ({
  organizationId: row.organization_id,
  accountId: row.account_id,
  roles: JSON.parse(row.roles) as string[],
  joinedAt: row.joined_at,
});
