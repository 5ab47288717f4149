import type { Context, Middleware } from 'koa';
import { networkOf } from '../../domain/budget.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { Caller } from '../../services/caller.ts';
import type { KnownBrowsers } from '../cookies/known-browsers.ts';
import { createClientAddress } from './client-address.ts';

/** What every request carries along in `ctx.state`. */
export interface RequestState {
  readonly requestId: string;
  readonly caller: Caller;
}

/** The caller of a request; set before any route runs. */
export const callerOf = (ctx: Context): Caller => (ctx.state as RequestState).caller;
export const requestIdOf = (ctx: Context): string => (ctx.state as RequestState).requestId;

/**
 * Names the request, finds out who asks, and writes one line about it when it is over. Path and method only: queries
 * and bodies hold codes, states and tokens.
 */
export function requestContext(deps: {
  clock: Clock;
  random: Random;
  log: Log;
  trustedProxies: readonly string[];
  knownBrowsers: KnownBrowsers;
}): Middleware {
  const clientAddress = createClientAddress(deps.trustedProxies);
  const warnAboutProxy = onceAboutProxy(deps.log, deps.trustedProxies);
  return async (ctx, next) => {
    const started = deps.clock.now();
    const peer = ctx.req.socket.remoteAddress ?? '';
    const forwardedFor = ctx.get('x-forwarded-for');
    if (forwardedFor !== '') warnAboutProxy();
    const requestId = deps.random.bytes(8).toString('hex');
    const network = networkOf(clientAddress(peer, forwardedFor));
    ctx.state.requestId = requestId;
    ctx.state.caller = { network, requestId, knownBrowser: deps.knownBrowsers.read(ctx) } satisfies Caller;
    ctx.set('x-request-id', requestId);
    try {
      await next();
    } finally {
      const line = { request: requestId, method: ctx.method, path: loggedPath(String(ctx.path)), status: ctx.status };
      deps.log.info({ ...line, ms: deps.clock.now() - started }, 'request');
    }
  };
}

/**
 * Ids in paths are handles of somebody's browser session, and links hold a token; a line needs only to know which page
 * it was. Routes know no difference of case.
 */
const loggedPath = (path: string): string =>
  path
    .slice(0, 256)
    .replace(/^\/(interaction|auth)\/[^/]+/i, '/$1/:uid')
    .replace(/^(\/interaction\/:uid\/link|\/link)\/.*/i, '$1/:token');

/** A proxy that is not listed makes all people look like one caller; that must not go unnoticed. */
function onceAboutProxy(log: Log, trusted: readonly string[]): () => void {
  let said = trusted.length > 0;
  return () => {
    if (said) return;
    said = true;
    log.warn({}, 'X-Forwarded-For is ignored: if a proxy of yours sends it, name the proxy in TRUSTED_PROXIES');
  };
}
