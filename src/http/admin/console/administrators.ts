import { ADMIN_ROLES, type Administrator, type AdminRole } from '../../../domain/administration.ts';
import { isProblem, Problem, type ProblemCode } from '../../../domain/errors.ts';
import type { FieldProblems } from '../../../ports/views/admin-forms.ts';
import type { Administrators, ListedAdministrator } from '../../../services/administration/administrators.ts';
import { seeOther } from '../../signin/routes.ts';
import { attendConfirmation } from './confirmation.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly administrators: Administrators;
}

const LIST = '/admin/administrators';
const NEW = `${LIST}/new`;
const HERE = { active: 'administrators' } as const;

/** By their account: no address stands in a path. */
const pathOf = (accountId: string, deed = ''): string => `${LIST}/${encodeURIComponent(accountId)}${deed}`;

/** Who may administer: only owners decide on it, and see it. */
export const administratorChapter =
  (deps: Deps): ConsoleChapter =>
  (desk) => {
    desk.page(LIST, 'own', (here) => showList(desk, here, deps));
    attendInvitation(desk, deps);
    attendRole(desk, deps);
    attendRemoval(desk, deps);
  };

async function showList(desk: ConsoleDesk, here: ConsoleAttendance, { administrators }: Deps): Promise<void> {
  const shown = ({ email, role, invited }: ListedAdministrator) => ({
    email,
    role,
    invitedAt: invited === null ? null : new Date(invited.invitedAt).toISOString(),
    invitedBy: invited?.invitedBy ?? null,
    acceptedAt: invited?.acceptedAt == null ? null : new Date(invited.acceptedAt).toISOString(),
    href: invited === null ? null : pathOf(invited.accountId),
    self: email === here.administrator.email,
  });
  const model = { administrators: (await administrators.list()).map(shown), done: here.query.done ?? null };
  desk.render(here, 'administrators/list', model, HERE);
}

function attendInvitation(desk: ConsoleDesk, { administrators }: Deps): void {
  const show = (here: ConsoleAttendance, values: Record<'email' | 'role', string>, problem: Problem | null) =>
    desk.render(
      here,
      'administrators/new',
      { form: here.form(LIST), values, problems: problem === null ? {} : invitationProblems(problem) },
      { ...HERE, problem },
    );
  desk.page(NEW, 'own', async (here) => show(here, { email: '', role: 'viewer' }, null));
  const options = {
    need: 'own',
    from: () => NEW,
    show: async (here: ConsoleSubmission, problem: Problem) =>
      show(here, { email: here.fields.email ?? '', role: here.fields.role ?? '' }, problem),
  } as const;
  desk.form(LIST, options, async ({ ctx, fields, actor }) => {
    await administrators.invite(fields.email ?? '', roleIn(fields.role), actor);
    seeOther(ctx, `${LIST}?done=invited`);
  });
}

/** @throws Problem `request_invalid` for what the form does not offer */
function roleIn(text: string | undefined): AdminRole {
  const role = ADMIN_ROLES.find((known) => known === text);
  if (role === undefined) throw new Problem('request_invalid');
  return role;
}

function invitationProblems(problem: Problem): FieldProblems {
  if (isProblem(problem, 'id_taken')) return { email: ['They are an administrator already.'] };
  if (isProblem(problem, 'declared_elsewhere')) return { email: ['They are an owner by the configuration already.'] };
  if (isProblem(problem, 'identifier_invalid')) return { email: ['This is no e-mail address.'] };
  return { role: ['This was not accepted. Choose one of the roles; there can be 500 administrators at most.'] };
}

/** Why a role stays as it is. */
const REFUSALS: Readonly<Partial<Record<ProblemCode, string>>> = {
  owner_last: 'The last owner stays one. Make somebody else an owner first.',
  version_conflict: 'Somebody else has changed this meanwhile. This is how it is now.',
  declared_elsewhere: 'The configuration names this owner, and it is changed only there.',
};

function attendRole(desk: ConsoleDesk, { administrators }: Deps): void {
  const show = async (here: ConsoleAttendance, problem: Problem | null): Promise<void> => {
    const found = await administrators.find(here.params.account ?? '');
    const { email, role, version, accountId } = found;
    const model = {
      email,
      accountHref: `/admin/accounts/${encodeURIComponent(accountId)}`,
      form: here.form(pathOf(accountId)),
      version,
      values: { role },
      problems: problem === null ? {} : { role: [REFUSALS[problem.code] ?? 'This was not accepted.'] },
      removeHref: pathOf(accountId, '/remove'),
      self: isSelf(here, found),
    };
    desk.render(here, 'administrators/one', model, { ...HERE, problem });
  };
  desk.page(`${LIST}/:account`, 'own', show);
  const from = ({ params }: Pick<ConsoleAttendance, 'params'>): string => pathOf(params.account ?? '');
  const options = { need: 'own', from, show } as const;
  desk.form(`${LIST}/:account`, options, async ({ ctx, params, fields, actor }) => {
    const { email } = await administrators.find(params.account ?? '');
    await administrators.setRole(email, roleIn(fields.role), actor, versionIn(fields.version));
    seeOther(ctx, `${LIST}?done=changed`);
  });
}

const attendRemoval = (desk: ConsoleDesk, { administrators }: Deps): void =>
  attendConfirmation(desk, `${LIST}/:account/remove`, {
    need: 'own',
    ...HERE,
    refusals: REFUSALS,
    async ask(here) {
      const found = await administrators.find(here.params.account ?? '');
      return {
        title: `Remove ${found.email}?`,
        lead: isSelf(here, found)
          ? 'This is you. The console is closed to you at once.'
          : 'The console is closed to them from their next request on.',
        consequences: ['Their account stays, and so does what they have done.', 'They can be invited again.'],
        submit: 'Remove the administrator',
        dangerous: true,
        back: { href: LIST, label: 'Administrators' },
      };
    },
    async act({ ctx, params, actor }) {
      const { email } = await administrators.find(params.account ?? '');
      await administrators.remove(email, actor);
      seeOther(ctx, `${LIST}?done=removed`);
    },
  });

const isSelf = ({ administrator }: ConsoleAttendance, { email }: Administrator): boolean =>
  administrator.email === email;

/** @throws Problem `request_invalid` */
function versionIn(text: string | undefined): number {
  if (text === undefined || !/^\d{1,9}$/.test(text)) throw new Problem('request_invalid');
  return Number(text);
}
