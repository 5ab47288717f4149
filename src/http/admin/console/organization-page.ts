import { Problem } from '../../../domain/errors.ts';
import { maskIdentifier } from '../../../domain/identifier.ts';
import type { Member, Organization } from '../../../domain/organization.ts';
import type { AccountStore } from '../../../ports/store/records.ts';
import type { FieldProblems, FieldValues } from '../../../ports/views/admin-forms.ts';
import type { ConsolePages } from '../../../ports/views/admin-pages.ts';
import type { Organizations } from '../../../services/people/organizations.ts';
import type { People } from '../../../services/people/people.ts';
import { accountPath, primaryFirst } from './accounts.ts';
import type { ConsoleAttendance, ConsoleDesk } from './desk.ts';
import { listWays, PAGE_SIZE } from './lists.ts';

export interface OrganizationDeps {
  readonly organizations: Organizations;
  readonly people: Pick<People, 'find' | 'findBy'>;
  readonly accounts: Pick<AccountStore, 'findById'>;
}

export const ORGANIZATIONS = '/admin/organizations';

export const organizationPath = (id: string): string => `${ORGANIZATIONS}/${encodeURIComponent(id)}`;

export const memberPath = (id: string, accountId: string): string =>
  `${organizationPath(id)}/members/${encodeURIComponent(accountId)}`;

/** What was typed into a form of the page, and what is wrong about it. */
interface Typed {
  readonly values: FieldValues;
  readonly problems: FieldProblems;
}

/** Answers with the page of the organization that the path names. @param typed by the form that was refused */
export async function membersShown(
  desk: ConsoleDesk,
  deps: OrganizationDeps,
  here: ConsoleAttendance,
  problem: Problem | null,
  typed: { readonly rename?: Typed; readonly add?: Typed },
): Promise<void> {
  const organization = await deps.organizations.find(here.params.id ?? '');
  if (organization === null) throw new Problem('not_found');
  const found = await deps.organizations.members(organization.id, here.query.cursor ?? null, PAGE_SIZE + 1);
  const members = found.slice(0, PAGE_SIZE);
  const next = found.length > PAGE_SIZE ? (members.at(-1)?.accountId ?? null) : null;
  const path = organizationPath(organization.id);
  const model = {
    id: organization.id,
    name: organization.name,
    createdAt: new Date(organization.createdAt).toISOString(),
    members: await Promise.all(members.map((member) => shownMember(deps, here, member))),
    ways: listWays(path, {}, here.query.cursor, next),
    ...formsOf(here, organization, typed),
    done: here.query.done ?? null,
  };
  desk.render(here, 'organizations/one', model, { active: 'organizations', problem });
}

type OrganizationModel = ConsolePages['organizations/one'];

function formsOf(
  here: ConsoleAttendance,
  { id, name, version }: Organization,
  typed: { readonly rename?: Typed; readonly add?: Typed },
): Pick<OrganizationModel, 'rename' | 'add' | 'removeHref'> {
  if (!here.may('write')) return { rename: null, add: null, removeHref: null };
  const path = organizationPath(id);
  const untouched: Typed = { values: {}, problems: {} };
  return {
    rename: {
      form: here.form(`${path}/rename`),
      version,
      ...(typed.rename ?? { values: { name }, problems: {} }),
    },
    add: { form: here.form(`${path}/members`), ...(typed.add ?? untouched) },
    removeHref: `${path}/remove`,
  };
}

async function shownMember(
  { accounts }: OrganizationDeps,
  here: ConsoleAttendance,
  { organizationId, accountId, roles, joinedAt }: Member,
): Promise<OrganizationModel['members'][number]> {
  const account = await accounts.findById(accountId);
  const [first] = account === null ? [] : primaryFirst(account);
  return {
    label: first === undefined ? null : maskIdentifier(first),
    accountHref: accountPath(accountId),
    accountId,
    roles,
    joinedAt: new Date(joinedAt).toISOString(),
    href: here.may('write') ? memberPath(organizationId, accountId) : null,
  };
}
