import { Problem } from '../../../domain/errors.ts';
import { maskIdentifier } from '../../../domain/identifier.ts';
import { seeOther } from '../../signin/routes.ts';
import { personBy } from './account-finding.ts';
import { accountPath, primaryFirst } from './accounts.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';
import { problemAt } from './form-words.ts';
import {
  memberPath,
  membersShown,
  ORGANIZATIONS,
  type OrganizationDeps,
  organizationPath,
} from './organization-page.ts';

const ROLES_RULE = 'A role has up to 64 letters, digits and any of _ . : -; nobody has more than 50.';

/** Roles as they are typed: whatever separates them. */
const rolesIn = ({ fields }: ConsoleSubmission): string[] => (fields.roles ?? '').split(/[\s,;]+/).filter(Boolean);

/** Who signs in for an organization, and with which roles. */
export function attendMembers(desk: ConsoleDesk, deps: OrganizationDeps): void {
  attendAdding(desk, deps);
  attendMember(desk, deps);
}

function attendAdding(desk: ConsoleDesk, deps: OrganizationDeps): void {
  const show = (here: ConsoleSubmission, problem: Problem): Promise<void> => {
    const { person = '', roles = '' } = here.fields;
    const isRole = problem.code === 'request_invalid';
    const problems = problemAt(isRole ? 'roles' : 'person', problem, isRole ? ROLES_RULE : 'Nobody is known by this.');
    return membersShown(desk, deps, here, problem, { add: { values: { person, roles }, problems } });
  };
  desk.form(
    `${ORGANIZATIONS}/:id/members`,
    { need: 'write', from: ({ params }) => organizationPath(params.id ?? ''), show },
    async (here) => {
      const { id = '' } = here.params;
      try {
        const account = await personBy(deps.people, here.fields.person?.trim() ?? '');
        await deps.organizations.putMember(id, account.id, rolesIn(here), here.actor);
      } catch (error) {
        // Nobody by this name is a fault of the field here, and not of the path.
        if (!(error instanceof Problem) || error.code !== 'account_unknown') throw error;
        return show(here, error);
      }
      seeOther(here.ctx, `${organizationPath(id)}?done=added`);
    },
  );
}

function attendMember(desk: ConsoleDesk, deps: OrganizationDeps): void {
  const { organizations } = deps;
  const path = `${ORGANIZATIONS}/:id/members/:account`;
  const options = {
    need: 'write',
    from: placeOf,
    show: (here: ConsoleSubmission, problem: Problem) => showMember(desk, deps, here, here.fields.roles ?? '', problem),
  } as const;
  desk.page(path, 'write', (here) => showMember(desk, deps, here, null, null));
  desk.form(path, options, async (here) => {
    const { id = '', account = '' } = here.params;
    // Only of a member: adding somebody is another form.
    if ((await organizations.membership(account, id)) === null) throw new Problem('not_found');
    await organizations.putMember(id, account, rolesIn(here), here.actor);
    seeOther(here.ctx, `${organizationPath(id)}?done=changed`);
  });
  desk.form(`${path}/remove`, options, async (here) => {
    const { id = '', account = '' } = here.params;
    await organizations.removeMember(id, account, here.actor);
    seeOther(here.ctx, `${organizationPath(id)}?done=left`);
  });
}

const placeOf = ({ params }: Pick<ConsoleAttendance, 'params'>): string =>
  memberPath(params.id ?? '', params.account ?? '');

/** @param typed the roles that were refused; null for those that are kept */
async function showMember(
  desk: ConsoleDesk,
  deps: OrganizationDeps,
  here: ConsoleAttendance,
  typed: string | null,
  problem: Problem | null,
): Promise<void> {
  const { id = '', account: accountId = '' } = here.params;
  const membership = await deps.organizations.membership(accountId, id);
  if (membership === null) throw new Problem('not_found');
  const account = await deps.accounts.findById(accountId);
  const [first] = account === null ? [] : primaryFirst(account);
  const model = {
    organization: { name: membership.organization.name, href: organizationPath(id) },
    label: first === undefined ? accountId : maskIdentifier(first),
    accountHref: accountPath(accountId),
    form: here.form(placeOf(here)),
    values: { roles: typed ?? membership.roles.join(' ') },
    problems: problem === null ? {} : problemAt('roles', problem, ROLES_RULE),
    remove: here.form(`${placeOf(here)}/remove`),
  };
  desk.render(here, 'organizations/member', model, { active: 'organizations', problem });
}
