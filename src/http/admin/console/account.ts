import { attributeFault, PROFILE_CLAIMS } from '../../../domain/attributes.ts';
import { Problem } from '../../../domain/errors.ts';
import type { FieldValues } from '../../../ports/views/admin-forms.ts';
import { seeOther } from '../../signin/routes.ts';
import { attendAccountDeeds } from './account-deeds.ts';
import { type AccountPageDeps, accountModel, type ShowAccount, type TypedAttributes } from './account-page.ts';
import { ACCOUNTS, accountPath } from './accounts.ts';
import type { ConsoleDesk, ConsoleSubmission } from './desk.ts';
import type { ConsoleChapter } from './routes.ts';

/** One account: what is known of it, and what may be done for it. */
export const accountChapter =
  (deps: AccountPageDeps): ConsoleChapter =>
  (desk) => {
    const show: ShowAccount = async (here, problem, typed) => {
      const account = await deps.people.find(here.params.id ?? '');
      const model = await accountModel(deps, here, account, typed);
      // What is wrong with a field is said beside it.
      const said =
        problem === null || typed !== undefined ? null : { ...problem, retryAfter: problem.retryAfter ?? null };
      desk.render(here, 'accounts/one', { ...model, problem: said }, { active: 'accounts', problem });
    };
    desk.page(`${ACCOUNTS}/:id`, 'read', (here) => show(here, null));
    attendAttributes(desk, show, deps);
    attendSessions(desk, show, deps);
    attendAccountDeeds(desk, show, deps);
  };

const fromOf = ({ params }: { readonly params: Readonly<Record<string, string | undefined>> }): string =>
  accountPath(params.id ?? '');

function attendAttributes(desk: ConsoleDesk, show: ShowAccount, { people }: AccountPageDeps): void {
  desk.form(
    `${ACCOUNTS}/:id/attributes`,
    {
      need: 'write',
      from: fromOf,
      show: (here, problem) =>
        show(here, problem, { values: typedIn(here), problems: faultsOf(typedIn(here), problem) }),
    },
    async (here) => {
      const values = typedIn(here);
      if (Object.keys(faultsOf(values, null)).length > 0) throw new Problem('identifier_invalid');
      await people.setAttributes(here.params.id ?? '', values, Number(here.fields.version), here.actor);
      seeOther(here.ctx, `${fromOf(here)}?done=saved`);
    },
  );
}

/** What was typed; an empty field is none. */
const typedIn = ({ fields }: ConsoleSubmission): FieldValues =>
  Object.fromEntries(
    PROFILE_CLAIMS.flatMap((name) => {
      const value = fields[name]?.trim() ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );

function faultsOf(values: FieldValues, problem: Problem | null): TypedAttributes['problems'] {
  const faults = Object.entries(values).flatMap(([name, value]) => {
    const fault = attributeFault(name, value);
    return fault === null ? [] : [[name, [`${fault[0]?.toUpperCase()}${fault.slice(1)}.`]] as const];
  });
  if (problem?.code === 'version_conflict') {
    faults.push([
      'version',
      ['Somebody else has changed this account meanwhile. Save again to make what you typed count.'],
    ]);
  }
  return Object.fromEntries(faults);
}

function attendSessions(desk: ConsoleDesk, show: ShowAccount, { people }: AccountPageDeps): void {
  const options = { need: 'write', from: fromOf, show } as const;
  desk.form(`${ACCOUNTS}/:id/sessions/:session/end`, options, async (here) => {
    await people.endSession(here.params.id ?? '', here.params.session ?? '', here.actor);
    seeOther(here.ctx, `${fromOf(here)}?done=ended`);
  });
  desk.form(`${ACCOUNTS}/:id/end-sessions`, options, async (here) => {
    await people.endSessions(here.params.id ?? '', here.actor);
    seeOther(here.ctx, `${fromOf(here)}?done=ended_all`);
  });
}
