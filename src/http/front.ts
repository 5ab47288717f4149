import Router from '@koa/router';
import type { Context } from 'koa';
import type { Pages, StaticFile, Views } from '../ports/views.ts';
import type { PageFrames } from './page-frame.ts';

const YEAR_SECONDS = 365 * 24 * 3600;

/** The front page and the files pages are made with. Their URLs carry a hash of their content, so they never change. */
export function frontRoutes(deps: {
  views: Views;
  frames: PageFrames;
  assets: ReadonlyMap<string, StaticFile>;
  home: Pages['home'];
}): Router {
  const router = new Router();
  router.get('/', (ctx) => {
    ctx.type = 'html';
    ctx.body = deps.views.page('home', deps.frames.frame(ctx, null), deps.home);
  });
  router.get('/assets/:name', (ctx) => serve(ctx, deps.assets.get(ctx.path) ?? null));
  router.get('/assets/accent/:name', (ctx) => {
    const [, hex] = /^([0-9a-f]{6})\.css$/.exec(ctx.params.name ?? '') ?? [];
    serve(ctx, hex === undefined ? null : deps.views.accentSheet(`#${hex}`));
  });
  return router;
}

/** Nothing is answered where there is no such file. */
function serve(ctx: Context, file: StaticFile | null): void {
  if (file === null) return;
  ctx.set('etag', file.etag);
  ctx.set('cache-control', ctx.query.v === undefined ? 'no-cache' : `public, max-age=${YEAR_SECONDS}, immutable`);
  // Koa calls nothing fresh that is not found yet.
  ctx.status = 200;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  ctx.type = file.type;
  ctx.body = file.body;
}
