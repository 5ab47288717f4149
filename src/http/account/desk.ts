import type Router from '@koa/router';
import type { Context } from 'koa';
import { isProblem, type Problem } from '../../domain/errors.ts';
import type { Form, ShownProblem } from '../../ports/views/forms.ts';
import type { Pages, Views } from '../../ports/views.ts';
import type { FormGuard } from '../form-guard.ts';
import { type BodyLimits, readForm } from '../middleware/form-body.ts';
import type { PageFrames } from '../page-frame.ts';
import type { Need, Visit, Visits } from './visit.ts';

/** One request of somebody who is signed in. */
export interface Attendance extends Visit {
  readonly ctx: Context;
  /** What the page was asked for with. */
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Makes a form of this account. */
  form(action: string): Form;
}

/** One submitted form of somebody who is signed in. */
export interface Submission extends Attendance {
  readonly fields: Readonly<Record<string, string | undefined>>;
}

/** Answers with a page. A problem is one that its reader can mend. */
export type ShowPage = (here: Attendance, problem: Problem | null) => Promise<void>;

/** How the pages of an account are attended to: who may see them, and what may be submitted. */
export interface Desk {
  /** A page for whoever is signed in; of changes, only for whoever has signed in just now, or with both factors. */
  page(path: string, need: Need, show: ShowPage): void;
  /**
   * A form; whoever has to sign in first comes back to `from`. What can be mended is shown there by `show`.
   * @param need `session` only for what continues a change that was begun with a fresh sign-in
   */
  form(path: string, options: FormOptions, act: (here: Submission) => Promise<void>): void;
  render<Name extends keyof Pages>(ctx: Context, name: Name, model: Pages[Name], problem: Problem | null): void;
}

export interface FormOptions {
  readonly need: Need;
  readonly from: (here: Pick<Attendance, 'params'>) => string;
  readonly show: (here: Submission, problem: Problem) => Promise<void>;
}

interface Deps {
  readonly visits: Visits;
  readonly guard: FormGuard;
  readonly views: Views;
  readonly frames: PageFrames;
  readonly body: BodyLimits;
}

export function createDesk(router: Router, deps: Deps): Desk {
  const attend = (ctx: Context, visit: Visit): Attendance => ({
    ...visit,
    ctx,
    params: ctx.params as Record<string, string>,
    form: (action) => ({ action, csrf: deps.guard.token(subjectOf(visit)) }),
  });
  return {
    page(path, need, show) {
      router.get(path, async (ctx) => {
        const visit = await deps.visits.of(ctx);
        if (visit === null) return deps.visits.signIn(ctx, ctx.path, need);
        if (!isGoodFor(need, visit)) return deps.visits.signIn(ctx, ctx.path, asBefore(need, visit));
        await show(attend(ctx, visit), null);
      });
    },
    form(path, { need, from, show }, act) {
      router.post(path, async (ctx) => {
        const fields = await readForm(ctx, deps.body);
        const visit = await deps.visits.of(ctx);
        const back = from({ params: ctx.params });
        if (visit === null) return deps.visits.signIn(ctx, back, need);
        deps.guard.check(ctx, fields.csrf, subjectOf(visit));
        if (!isGoodFor(need, visit)) return deps.visits.signIn(ctx, back, asBefore(need, visit));
        const here = { ...attend(ctx, visit), fields };
        try {
          await act(here);
        } catch (error) {
          if (!isMendable(error)) throw error;
          await show(here, error);
        }
      });
    },
    render: createRender(deps),
  };
}

const createRender =
  ({ views, frames }: Deps): Desk['render'] =>
  (ctx, name, model, problem) => {
    ctx.status = problem?.status ?? 200;
    if (problem?.retryAfter !== undefined) ctx.set('retry-after', String(problem.retryAfter));
    ctx.type = 'html';
    ctx.body = views.page(name, frames.frame(ctx, null), model);
  };

const isGoodFor = (need: Need, { fresh, strong }: Visit): boolean =>
  need === 'session' || (fresh && (need === 'fresh' || strong));

/** Whoever proved both factors before does so again: with one, what they are about to do would be held. */
const asBefore = (need: Need, { strong }: Visit): Need => (strong ? 'confirmed' : need);

/** What a token of a form is bound to. */
const subjectOf = ({ account }: Visit): string => `account:${account.id}`;

const isMendable = (error: unknown): error is Problem =>
  isProblem(error) && (error.status === 422 || error.status === 429);

export const shownProblem = (problem: Problem | null): ShownProblem | null =>
  problem === null ? null : { code: problem.code, params: problem.params, retryAfter: problem.retryAfter ?? null };
