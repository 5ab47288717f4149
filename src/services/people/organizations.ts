import type { OrganizationPolicy } from '../../domain/client.ts';
import { Problem } from '../../domain/errors.ts';
import type { EventType } from '../../domain/event.ts';
import { fieldChanges } from '../../domain/field-changes.ts';
import {
  type Member,
  type Membership,
  type Organization,
  type OrganizationChoice,
  organizationChoice,
  organizationName,
  roleNames,
} from '../../domain/organization.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { OrganizationStore } from '../../ports/store/organizations.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Audit } from '../trail/audit.ts';

/** Organizations and who signs in for them, whoever asks: the journey, an API, the administration. */
export interface Organizations {
  find(id: string): Promise<Organization | null>;
  /** By id, ascending, after the cursor. */
  list(after: string | null, limit: number): Promise<Organization[]>;
  /** @throws Problem `request_invalid` for a name that is none */
  create(name: string, by: AdminActor): Promise<Organization>;
  /**
   * @param version of the organization as it was read; left out, whatever it has by now
   * @throws Problem `not_found`, `request_invalid`, `version_conflict` when it has changed since
   */
  rename(id: string, name: string, by: AdminActor, version?: number): Promise<Organization>;
  /** Its members are none any more; refreshes of what they got for it fail. @throws Problem `not_found` */
  remove(id: string, by: AdminActor): Promise<void>;

  /** By account id, ascending, after the cursor. */
  members(id: string, after: string | null, limit: number): Promise<Member[]>;
  /**
   * Adds a member, or replaces the roles of one; tokens carry them from the next refresh on.
   *
   * @throws Problem `not_found` for an unknown organization, `account_unknown`, `request_invalid` for roles that are none
   */
  putMember(id: string, accountId: string, roles: readonly string[], by: AdminActor): Promise<void>;
  /** @throws Problem `not_found` when there is no such member */
  removeMember(id: string, accountId: string, by: AdminActor): Promise<void>;

  /** What an account is in one organization; null when it is no member, and when there is no such organization. */
  membership(accountId: string, organizationId: string): Promise<Membership | null>;
  /** What an account is a member of, by name. */
  memberships(accountId: string): Promise<Membership[]>;
  /**
   * For which organization an account signs in, the one rule for browsers and APIs.
   *
   * @param named the organization that the request names (`org_id`); null when it names none
   */
  choose(policy: OrganizationPolicy, accountId: string, named: string | null): Promise<OrganizationChoice>;
}

/** Most organizations that somebody can be asked about; whoever is in more has to come with `org_id`. */
const MOST_MEMBERSHIPS = 100;

interface Deps {
  readonly store: {
    readonly organizations: OrganizationStore;
    readonly accounts: { findById(id: string): Promise<unknown> };
  };
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
}

export function createOrganizations(deps: Deps): Organizations {
  const { organizations } = deps.store;
  const membership: Organizations['membership'] = async (accountId, organizationId) => {
    const member = await organizations.findMember(organizationId, accountId);
    const organization = member === null ? null : await organizations.find(organizationId);
    return member === null || organization === null ? null : { organization, roles: member.roles };
  };
  const several = async (accountId: string, ids: readonly string[]): Promise<Membership[]> => {
    const found = await Promise.all(ids.map((id) => membership(accountId, id)));
    return found.filter((entry) => entry !== null).sort(byName);
  };
  const idsOf = async (accountId: string): Promise<string[]> =>
    (await organizations.memberships(accountId, MOST_MEMBERSHIPS)).map((member) => member.organizationId);
  return {
    find: (id) => organizations.find(id),
    list: (after, limit) => organizations.list(after, limit),
    members: (id, after, limit) => organizations.members(id, after, limit),
    ...changesOf(deps),
    ...memberChangesOf(deps),
    membership,
    memberships: async (accountId) => several(accountId, await idsOf(accountId)),
    async choose(policy, accountId, named) {
      if (named === null && policy === 'none') return { kind: 'none' };
      const ids = named === null ? await idsOf(accountId) : [named];
      return organizationChoice(policy, named, await several(accountId, ids));
    },
  };
}

/** Ends what an account that is gone was a member of: nobody is found in its place, and nothing of it is to be left. */
export async function leaveOrganizations({ organizations }: Pick<Deps['store'], 'organizations'>, accountId: string) {
  for (;;) {
    const found = await organizations.memberships(accountId, MOST_MEMBERSHIPS);
    for (const { organizationId } of found) await organizations.removeMember(organizationId, accountId);
    if (found.length < MOST_MEMBERSHIPS) return;
  }
}

const byName = (one: Membership, other: Membership): number =>
  one.organization.name.localeCompare(other.organization.name) ||
  (one.organization.id < other.organization.id ? -1 : 1);

/** What the audit trail does not say: what stands beside it anyway, and what changes with every write. */
const UNSAID: ReadonlySet<string> = new Set([
  'id',
  'organizationId',
  'accountId',
  'joinedAt',
  'createdAt',
  'updatedAt',
  'version',
]);

interface Changed<Kept> {
  readonly id: string;
  readonly accountId?: string;
  /** Null when there was nothing. */
  readonly before: Kept | null;
  /** Null when there is nothing any more. */
  readonly after: Kept | null;
}

function tell(
  audit: Audit,
  type: EventType,
  by: AdminActor,
  what: Changed<Organization | Pick<Member, 'roles'>>,
): void {
  const { id, accountId, before, after } = what;
  audit.record({ type, by, accountId, object: `organization:${id}`, changes: fieldChanges(before, after, UNSAID) });
}

/** Tries to change an organization this often before somebody else's changes are too many. */
const TRIES = 10;

function changesOf({ store, clock, random, audit }: Deps): Pick<Organizations, 'create' | 'rename' | 'remove'> {
  const { organizations } = store;
  return {
    async create(name, by) {
      const now = clock.now();
      const id = `org_${random.id()}`;
      const organization = { id, name: organizationName(name), createdAt: now, updatedAt: now, version: 1 };
      if (!(await organizations.create(organization))) throw new Error('an id was given out twice');
      tell(audit, 'organization.created', by, { id, before: null, after: organization });
      return organization;
    },
    async rename(id, name, by, version) {
      const renamed = organizationName(name);
      for (let tries = 0; tries < TRIES; tries += 1) {
        const found = await organizations.find(id);
        if (found === null) throw new Problem('not_found');
        if (version !== undefined && found.version !== version) throw new Problem('version_conflict');
        const stored = await organizations.update({ ...found, name: renamed, updatedAt: clock.now() });
        if (stored === null) continue;
        tell(audit, 'organization.renamed', by, { id, before: found, after: stored });
        return stored;
      }
      throw new Problem('store_unavailable');
    },
    async remove(id, by) {
      const before = await organizations.find(id);
      if (!(await organizations.remove(id))) throw new Problem('not_found');
      tell(audit, 'organization.removed', by, { id, before, after: null });
    },
  };
}

function memberChangesOf({ store, clock, audit }: Deps): Pick<Organizations, 'putMember' | 'removeMember'> {
  const { organizations, accounts } = store;
  return {
    async putMember(organizationId, accountId, names, by) {
      const roles = roleNames(names);
      const before = await organizations.findMember(organizationId, accountId);
      if ((await accounts.findById(accountId)) === null) throw new Problem('account_unknown');
      if (!(await organizations.putMember({ organizationId, accountId, roles, joinedAt: clock.now() }))) {
        throw new Problem('not_found');
      }
      tell(audit, 'member.put', by, { id: organizationId, accountId, before, after: { roles } });
    },
    async removeMember(organizationId, accountId, by) {
      const before = await organizations.findMember(organizationId, accountId);
      if (!(await organizations.removeMember(organizationId, accountId))) throw new Problem('not_found');
      tell(audit, 'member.removed', by, { id: organizationId, accountId, before, after: null });
    },
  };
}
