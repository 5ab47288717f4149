import type { Context, Middleware } from 'koa';
import type { Client } from '../../domain/client.ts';
import { Problem, type ProblemCode } from '../../domain/errors.ts';
import type { Log } from '../../ports/log.ts';
import type { PageFrame, Views } from '../../ports/views.ts';
import { requestIdOf } from './request-context.ts';

/** What Koa and the router leave behind when nobody had an answer; the router has set `Allow` by then. */
const UNANSWERED = new Map<number, ProblemCode>([
  [404, 'not_found'],
  [405, 'method_not_allowed'],
  [501, 'method_not_allowed'],
]);

/** Puts an error into an answer whose status and `Retry-After` are there; it may choose another status. */
export type TellError = (ctx: Context, problem: Problem) => void;

/**
 * The one place that turns an error into what the outside may see: a page for people, JSON for programs; never a
 * stack, a query or a version. What is not a `Problem` is a fault of ours: logged whole, answered as `internal`.
 */
export function errorBoundary(deps: {
  views: Views;
  frame: (ctx: Context, client: Client | null) => PageFrame;
  log: Log;
  /** How programs are told of errors below some paths; null where there is no such form. */
  errorsAt: (path: string) => TellError | null;
}): Middleware {
  return async (ctx, next) => {
    // Whoever takes the request may know it by another path.
    const tell = typeof ctx.path === 'string' ? deps.errorsAt(ctx.path) : null;
    try {
      await next();
      const unanswered = ctx.body == null ? UNANSWERED.get(ctx.status) : undefined;
      if (unanswered !== undefined) throw new Problem(unanswered);
    } catch (error) {
      const problem = problemOf(error);
      const fields = { err: error, request: requestIdOf(ctx) };
      if (problem.status >= 500) deps.log.error(fields, 'request failed');
      else deps.log.debug(fields, 'request refused');
      answer(ctx, problem, tell ?? inGeneral(deps));
    }
    if (ctx.status >= 500) promiseNothing(ctx);
  };
}

/**
 * Where something has failed, what was prepared before must not go out: a redirect with a code in it, or a cookie of a
 * session that was not saved, in the place of one that is good.
 */
function promiseNothing(ctx: Context): void {
  ctx.remove('location');
  ctx.remove('set-cookie');
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Koa says 4xx by http-errors, for instance a malformed URL.
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Problem('request_invalid', { cause: error });
  return new Problem('internal', { cause: error });
}

function answer(ctx: Context, problem: Problem, tell: TellError): void {
  ctx.status = problem.status;
  if (problem.retryAfter !== undefined) ctx.set('retry-after', String(problem.retryAfter));
  if (problem.code === 'store_unavailable') ctx.set('retry-after', '5');
  tell(ctx, problem);
}

type Telling = Pick<Parameters<typeof errorBoundary>[0], 'views' | 'frame'>;

/** A page for people, a code for programs. */
const inGeneral =
  (deps: Telling): TellError =>
  (ctx, problem) => {
    const requestId = requestIdOf(ctx);
    if (ctx.accepts('json', 'html') === 'html') {
      ctx.type = 'html';
      const model = { status: problem.status, error: problem.code, detail: null, requestId };
      ctx.body = deps.views.page('error', deps.frame(ctx, null), model);
    } else {
      ctx.body = { error: problem.code, request_id: requestId };
    }
  };
