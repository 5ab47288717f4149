import type { Context, Middleware } from 'koa';
import type { AbuseLimits } from '../services/budgets/abuse-limits.ts';
import { callerOf } from './middleware/request-context.ts';

/** Bounds what anybody can make us write without proving anything (R-21; requirements §0, fact 5). */
export function admission(limits: AbuseLimits): Middleware {
  return async (ctx, next) => {
    if (writes(ctx)) await limits.admitInteraction(callerOf(ctx));
    await next();
  };
}

/** Unauthenticated requests that make the engine write a record. `prompt=none` asks nobody and writes nothing. */
function writes({ path, query }: Context): boolean {
  const route = path.replace(/\/$/, '').toLowerCase();
  return route === '/session/end' || (route === '/auth' && query.prompt !== 'none');
}
