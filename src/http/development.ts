import Router from '@koa/router';
import type { Pages, Views } from '../ports/views.ts';
import type { PageFrames } from './page-frame.ts';

/** Messages that would have gone out, newest first. */
export interface Inbox {
  list(to?: string): Pages['inbox']['messages'];
}

/** `/dev/inbox` for people and programs (design §7). Exists only in development. */
export function developmentRoutes(deps: { inbox: Inbox; views: Views; frames: PageFrames }): Router {
  const router = new Router();
  const wanted = (to: unknown): string | undefined => (typeof to === 'string' && to !== '' ? to : undefined);
  router.get('/dev/inbox', (ctx) => {
    const to = wanted(ctx.query.to);
    ctx.type = 'html';
    ctx.body = deps.views.page('inbox', deps.frames.frame(ctx, null), { to: to ?? '', messages: deps.inbox.list(to) });
  });
  router.get('/dev/inbox.json', (ctx) => {
    ctx.body = deps.inbox.list(wanted(ctx.query.to));
  });
  return router;
}
