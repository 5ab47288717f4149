import { Problem } from '../../../domain/errors.ts';
import { seeOther } from '../../signin/routes.ts';
import { attendConfirmation } from './confirmation.ts';
import type { ConsoleAttendance, ConsoleDesk } from './desk.ts';
import { problemAt } from './form-words.ts';
import { listWays, PAGE_SIZE } from './lists.ts';
import { attendMembers } from './members.ts';
import { membersShown, ORGANIZATIONS, type OrganizationDeps, organizationPath } from './organization-page.ts';
import type { ConsoleChapter } from './routes.ts';

const NAME_RULE = 'A name has between 1 and 100 characters, and none that cannot be seen.';

/** Organizations, and who signs in for them. */
export const organizationChapter =
  (deps: OrganizationDeps): ConsoleChapter =>
  (desk) => {
    desk.page(ORGANIZATIONS, 'read', async (here) => {
      const found = await deps.organizations.list(here.query.cursor ?? null, PAGE_SIZE + 1);
      const shown = found.slice(0, PAGE_SIZE);
      const next = found.length > PAGE_SIZE ? (shown.at(-1)?.id ?? null) : null;
      const model = {
        organizations: shown.map(({ id, name, createdAt }) => ({
          id,
          name,
          href: organizationPath(id),
          createdAt: new Date(createdAt).toISOString(),
        })),
        ways: listWays(ORGANIZATIONS, {}, here.query.cursor, next),
        mayWrite: here.may('write'),
        done: here.query.done ?? null,
      };
      desk.render(here, 'organizations/list', model, { active: 'organizations' });
    });
    attendNew(desk, deps);
    attendOne(desk, deps);
    attendRemoval(desk, deps);
    attendMembers(desk, deps);
  };

function attendNew(desk: ConsoleDesk, { organizations }: OrganizationDeps): void {
  const path = `${ORGANIZATIONS}/new`;
  const show = async (here: ConsoleAttendance, name: string, problem: Problem | null): Promise<void> => {
    const problems = problem === null ? {} : problemAt('name', problem, NAME_RULE);
    const model = { form: here.form(path), values: { name }, problems };
    desk.render(here, 'organizations/new', model, { active: 'organizations', problem });
  };
  desk.page(path, 'write', (here) => show(here, '', null));
  desk.form(
    path,
    { need: 'write', from: () => path, show: (here, problem) => show(here, here.fields.name ?? '', problem) },
    async (here) => {
      const { id } = await organizations.create(here.fields.name ?? '', here.actor);
      seeOther(here.ctx, `${organizationPath(id)}?done=created`);
    },
  );
}

function attendOne(desk: ConsoleDesk, deps: OrganizationDeps): void {
  const { organizations } = deps;
  const path = `${ORGANIZATIONS}/:id`;
  desk.page(path, 'read', async (here) => membersShown(desk, deps, here, null, {}));
  desk.form(
    `${path}/rename`,
    {
      need: 'write',
      from: ({ params }) => organizationPath(params.id ?? ''),
      show: (here, problem) =>
        membersShown(desk, deps, here, problem, {
          rename: { values: { name: here.fields.name ?? '' }, problems: problemAt('name', problem, NAME_RULE) },
        }),
    },
    async ({ ctx, params, fields, actor }) => {
      const { id } = await organizations.rename(params.id ?? '', fields.name ?? '', actor, Number(fields.version));
      seeOther(ctx, `${organizationPath(id)}?done=renamed`);
    },
  );
}

/** Ends an organization, after a question. */
function attendRemoval(desk: ConsoleDesk, { organizations }: OrganizationDeps): void {
  attendConfirmation(desk, `${ORGANIZATIONS}/:id/remove`, {
    need: 'write',
    active: 'organizations',
    async ask({ params }) {
      const found = await organizations.find(params.id ?? '');
      if (found === null) throw new Problem('not_found');
      return {
        title: 'Remove this organization?',
        lead: found.name,
        consequences: [
          'Nobody is a member of it any more; their accounts stay.',
          'What they got for it cannot be refreshed: applications are told that the grant is over.',
          'This cannot be taken back.',
        ],
        submit: 'Remove the organization',
        dangerous: true,
        back: { href: organizationPath(found.id), label: found.name },
      };
    },
    async act({ ctx, params, actor }) {
      await organizations.remove(params.id ?? '', actor);
      seeOther(ctx, `${ORGANIZATIONS}?done=removed`);
    },
    refusals: {},
  });
}
