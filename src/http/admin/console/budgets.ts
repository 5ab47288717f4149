import { isIP } from 'node:net';
import { Problem } from '../../../domain/errors.ts';
import { parseIdentifier } from '../../../domain/parse-identifier.ts';
import type { FieldProblems, FieldValues } from '../../../ports/views/admin-forms.ts';
import type { BudgetDesk, BudgetSubject, ShownBudget } from '../../../services/budget-desk.ts';
import { seeOther } from '../../signin/routes.ts';
import { addressOf, budgetSubjectOf } from '../budgets.ts';
import type { ConsoleAttendance, ConsoleDesk } from './desk.ts';
import { problemAt } from './form-words.ts';
import { withQuery } from './lists.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly budgetDesk: BudgetDesk;
}

const BUDGETS = '/admin/budgets';
const RESET = `${BUDGETS}/reset`;

/** Nothing that can be asked for is longer, in characters. */
const LONGEST = 320;

const NO_SUBJECT = 'This is no address, no number with a country code and no network.';

/** The limits on somebody, and how they are let in again. */
export const budgetChapter =
  ({ budgetDesk }: Deps): ConsoleChapter =>
  (desk) => {
    const show = (here: ConsoleAttendance, fields: Given, problem: Problem | null): Promise<void> =>
      showBudgets(desk, budgetDesk, here, fields, problem);
    desk.page(BUDGETS, 'read', (here) => show(here, here.query, null));
    desk.form(
      RESET,
      { need: 'write', from: () => BUDGETS, show: (here, problem) => show(here, here.fields, problem) },
      async ({ ctx, fields, actor }) => {
        const asked = askedIn(fields);
        await budgetDesk.reset(subjectOf(asked), fields.name ?? '', actor);
        seeOther(ctx, withQuery(BUDGETS, { ...asked, done: 'reset' }));
      },
    );
  };

type Given = Readonly<Record<string, string | undefined>>;

const askedIn = ({ q = '', kind = '' }: Given): FieldValues => ({
  q: q.trim().slice(0, LONGEST),
  kind: kind === 'client' || kind === 'account' ? kind : '',
});

/** @throws Problem `identifier_invalid` */
function subjectOf({ q = '', kind }: FieldValues): BudgetSubject {
  if (kind === 'client') return budgetSubjectOf({ client_id: q });
  if (kind === 'account') return budgetSubjectOf({ account_id: q });
  if (isIP(addressOf(q)) !== 0) return budgetSubjectOf({ network: q });
  return { identifier: parseIdentifier(q, null) };
}

async function showBudgets(
  desk: ConsoleDesk,
  budgetDesk: BudgetDesk,
  here: ConsoleAttendance,
  given: Given,
  refused: Problem | null,
): Promise<void> {
  const asked = askedIn(given);
  const { budgets, problem } = await found(budgetDesk, asked);
  const said = refused ?? problem;
  const problems: FieldProblems = said === null ? {} : problemAt('q', new Problem('request_invalid'), NO_SUBJECT);
  const model = {
    asked,
    problems,
    budgets: budgets?.map(({ endsAt, ...budget }) => ({ ...budget, endsAt: isoOf(endsAt) })) ?? null,
    reset: here.may('write') ? here.form(RESET) : null,
    done: here.query.done ?? null,
  };
  desk.render(here, 'budgets/list', model, { active: 'budgets', problem: said });
}

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

async function found(
  budgetDesk: BudgetDesk,
  asked: FieldValues,
): Promise<{ readonly budgets: readonly ShownBudget[] | null; readonly problem: Problem | null }> {
  if (asked.q === '') return { budgets: null, problem: null };
  try {
    return { budgets: await budgetDesk.read(subjectOf(asked)), problem: null };
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return { budgets: null, problem: error };
    throw error;
  }
}
