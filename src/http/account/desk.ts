import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Problem } from '../../domain/errors.ts';
import type { ShownProblem } from '../../ports/views/forms.ts';
import type { Pages, Views } from '../../ports/views.ts';
import { type Attended, createDeskAt, type DeskOf, type Door, type FormOptionsOf, type Submitted } from '../desk.ts';
import type { FormGuard } from '../form-guard.ts';
import type { BodyLimits } from '../middleware/form-body.ts';
import type { PageFrames } from '../page-frame.ts';
import type { Need, Visit, Visits } from './visit.ts';

/** One request of somebody who is signed in. */
export type Attendance = Attended<Visit>;

/** One submitted form of somebody who is signed in. */
export type Submission = Submitted<Visit>;

export type FormOptions = FormOptionsOf<Visit, Need>;

/** Answers with a page. A problem is one that its reader can mend. */
export type ShowPage = (here: Attendance, problem: Problem | null) => Promise<void>;

/**
 * How the pages of an account are attended to: a page for whoever is signed in; of changes, only for whoever has signed in
 * just now, or with both factors. A form that takes a `session` only continues a change that was begun with more.
 */
export interface Desk extends DeskOf<Visit, Need> {
  render<Name extends keyof Pages>(ctx: Context, name: Name, model: Pages[Name], problem: Problem | null): void;
}

interface Deps {
  readonly visits: Visits;
  readonly guard: FormGuard;
  readonly views: Views;
  readonly frames: PageFrames;
  readonly body: BodyLimits;
}

export const createDesk = (router: Router, deps: Deps): Desk => ({
  ...createDeskAt(router, { ...deps, door: doorOf(deps.visits) }),
  render: createRender(deps),
});

const doorOf = (visits: Visits): Door<Visit, Need> => ({
  async admit(ctx, need, back) {
    const visit = await visits.of(ctx);
    if (visit === null) visits.signIn(ctx, back, need, null);
    return visit;
  },
  suffices(here, need, back) {
    const enough = isGoodFor(need, here);
    if (!enough) visits.signIn(here.ctx, back, asBefore(need, here), here);
    return enough;
  },
  subjectOf: ({ account }) => `account:${account.id}`,
  isMendable: ({ status }) => status === 422 || status === 429,
});

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

export const shownProblem = (problem: Problem | null): ShownProblem | null =>
  problem === null ? null : { code: problem.code, params: problem.params, retryAfter: problem.retryAfter ?? null };
