import { isIP } from 'node:net';
import type { Problem } from '../../../domain/errors.ts';
import { parseIdentifier } from '../../../domain/parse-identifier.ts';
import type { FieldProblems, FieldValues } from '../../../ports/views/admin-forms.ts';
import type { BudgetDesk, BudgetSubject, ShownBudget } from '../../../services/budgets/budget-desk.ts';
import type { ShownOnce } from '../../cookies/shown-once.ts';
import { seeOther } from '../../signin/routes.ts';
import { addressOf, budgetSubjectOf } from '../api/budgets.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';
import { attendSearch, refusalOf, type SearchRefusal, typedInto } from './private-search.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly budgetDesk: BudgetDesk;
  readonly shownOnce: ShownOnce;
}

const BUDGETS = '/admin/budgets';
const RESET = `${BUDGETS}/reset`;

const WHOSE = {
  path: BUDGETS,
  conditions: ['kind'],
  whom: 'q',
  notUnderstood: 'This is no address, no number with a country code and no network.',
} as const;

/** The limits on somebody, and how they are let in again. */
export const budgetChapter =
  ({ budgetDesk, shownOnce }: Deps): ConsoleChapter =>
  (desk) => {
    const answer = async (here: ConsoleAttendance, asked: FieldValues): Promise<void> =>
      showBudgets(desk, here, { asked, budgets: await budgetDesk.read(subjectOf(asked)), refusal: null });
    attendSearch(desk, {
      ...WHOSE,
      isTelling: () => true,
      async show(here, asked, refusal) {
        const before = here.query.done === 'reset' ? shownOnce.take(here.ctx, here.sessionId) : null;
        if (before !== null) return answer(here, JSON.parse(before) as FieldValues);
        showBudgets(desk, here, { asked, budgets: null, refusal });
      },
      answer,
    });
    const refuse = async (here: ConsoleSubmission, problem: Problem): Promise<void> =>
      showBudgets(desk, here, {
        asked: typedInto(WHOSE, here.fields),
        budgets: null,
        refusal: refusalOf(WHOSE, problem),
      });
    desk.form(RESET, { need: 'write', from: () => BUDGETS, show: refuse }, async (here) => {
      const { ctx, sessionId, fields, actor } = here;
      const asked = typedInto(WHOSE, fields);
      await budgetDesk.reset(subjectOf(asked), fields.name ?? '', actor);
      shownOnce.put(ctx, sessionId, BUDGETS, JSON.stringify(asked));
      seeOther(ctx, `${BUDGETS}?done=reset`);
    });
  };

/** @throws Problem `identifier_invalid` */
function subjectOf({ q = '', kind }: FieldValues): BudgetSubject {
  if (kind === 'client') return budgetSubjectOf({ client_id: q });
  if (kind === 'account') return budgetSubjectOf({ account_id: q });
  if (isIP(addressOf(q)) !== 0) return budgetSubjectOf({ network: q });
  return { identifier: parseIdentifier(q, null) };
}

function showBudgets(
  desk: ConsoleDesk,
  here: ConsoleAttendance,
  shown: {
    readonly asked: FieldValues;
    readonly budgets: readonly ShownBudget[] | null;
    readonly refusal: SearchRefusal | null;
  },
): void {
  const { asked, budgets, refusal } = shown;
  const problems: FieldProblems = refusal === null ? {} : { q: [refusal.text] };
  const model = {
    find: here.form(BUDGETS),
    asked,
    problems,
    budgets: budgets?.map(({ endsAt, ...budget }) => ({ ...budget, endsAt: isoOf(endsAt) })) ?? null,
    reset: here.may('write') ? here.form(RESET) : null,
    done: here.query.done ?? null,
  };
  desk.render(here, 'budgets/list', model, { active: 'budgets', problem: refusal?.problem ?? null });
}

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
