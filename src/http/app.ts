import Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import { Problem } from '../domain/errors.ts';
import type { AbuseLimits } from '../services/budgets/abuse-limits.ts';
import type { CookieSigner } from '../services/vault.ts';
import { admission } from './admission.ts';
import { errorBoundary } from './middleware/error-boundary.ts';
import { pinIssuer } from './middleware/pin-issuer.ts';
import { requestContext } from './middleware/request-context.ts';
import { securityHeaders } from './middleware/security-headers.ts';

export interface AppDeps {
  readonly issuer: string;
  readonly cookies: CookieSigner;
  /** Bounds what a request waits for the store. */
  readonly patience: Middleware;
  readonly context: Parameters<typeof requestContext>[0];
  readonly boundary: Parameters<typeof errorBoundary>[0];
  readonly limits: AbuseLimits;
  /** How many parameters a query may have. */
  readonly parameters: number;
  /** Other names of the engine's endpoints. */
  readonly aliases: Middleware;
  /** Our own routes, in the order in which they are tried. */
  readonly routes: readonly Router[];
  /** The authorization engine; it answers everything the routes did not. Null where there is nothing but the routes. */
  readonly engine: Koa | null;
}

/**
 * What no route could do anything with: a target without a path, such as `http://` (RFC 9112 §3.2.2), or with more
 * parameters than anybody needs.
 *
 * @throws Problem `request_invalid`
 */
const boundTarget =
  (parameters: number): Middleware =>
  (ctx, next) => {
    if (typeof ctx.path !== 'string' || ctx.querystring.split('&', parameters + 1).length > parameters) {
      throw new Problem('request_invalid');
    }
    return next();
  };

/** Every request passes these, in this order. */
export function createApp(deps: AppDeps): Koa {
  const app = new Koa();
  app.keys = deps.cookies;
  // Scheme and host come from pinIssuer, never from a client.
  app.proxy = true;
  app.use(deps.patience);
  app.use(pinIssuer(deps.issuer));
  app.use(requestContext(deps.context));
  app.use(securityHeaders(deps.issuer.startsWith('https:')));
  app.use(errorBoundary(deps.boundary));
  app.use(boundTarget(deps.parameters));
  app.use(deps.aliases);
  // One router in all: a request is held against the list once.
  const routes = new Router();
  for (const router of deps.routes) routes.use(router.routes());
  app.use(routes.routes());
  app.use(routes.allowedMethods());
  app.use(admission(deps.limits));
  if (deps.engine !== null) app.use(mount(deps.engine));
  // What escapes the boundary is a broken connection; the boundary has logged everything else.
  app.on('error', (error: unknown) => deps.boundary.log.debug({ err: error }, 'connection error'));
  return app;
}
