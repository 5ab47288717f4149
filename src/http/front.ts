import Router from '@koa/router';
import type { Pages, Views } from '../ports/views.ts';
import type { PageFrames } from './page-frame.ts';

/** A static file with the tag of its content. */
export interface Asset {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

const YEAR_SECONDS = 365 * 24 * 3600;

/** The front page and the files pages are made with. Their URLs carry a hash of their content, so they never change. */
export function frontRoutes(deps: {
  views: Views;
  frames: PageFrames;
  assets: ReadonlyMap<string, Asset>;
  home: Pages['home'];
}): Router {
  const router = new Router();
  router.get('/', (ctx) => {
    ctx.type = 'html';
    ctx.body = deps.views.page('home', deps.frames.frame(ctx, null), deps.home);
  });
  router.get('/assets/:name', (ctx) => {
    const asset = deps.assets.get(ctx.path);
    if (asset === undefined) return;
    ctx.set('etag', asset.etag);
    ctx.set('cache-control', ctx.query.v === undefined ? 'no-cache' : `public, max-age=${YEAR_SECONDS}, immutable`);
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    ctx.type = asset.type;
    ctx.body = asset.body;
  });
  return router;
}
