import type { Middleware } from 'koa';
import type { AbuseLimits } from '../services/abuse-limits.ts';
import { callerOf } from './middleware/request-context.ts';

/** Unauthenticated requests that make the engine write a record (requirements §0, fact 5). */
const WRITES = new Set(['/auth', '/session/end']);

/** Bounds what anybody can make us write without proving anything. `prompt=none` asks nobody and writes nothing. */
export function admission(limits: AbuseLimits): Middleware {
  return async (ctx, next) => {
    if (WRITES.has(ctx.path.replace(/\/$/, '').toLowerCase()) && ctx.query.prompt !== 'none') {
      await limits.admitInteraction(callerOf(ctx));
    }
    await next();
  };
}
