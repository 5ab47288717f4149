import type { Middleware } from 'koa';
import { Problem } from '../../domain/errors.ts';

/**
 * Every link, endpoint and cookie is made from the configured issuer, whatever Host, Forwarded or X-Forwarded-* say
 * the engine reads scheme and host from the request, so the request is told the truth first.
 *
 * @throws Problem `request_invalid` for a target without a path, such as `http://` (RFC 9112 §3.2.2)
 */
export function pinIssuer(issuer: string): Middleware {
  const { host, protocol } = new URL(issuer);
  const scheme = protocol.slice(0, -1);
  return (ctx, next) => {
    if (typeof ctx.path !== 'string') throw new Problem('request_invalid');
    const { headers } = ctx.req;
    headers.host = host;
    headers['x-forwarded-proto'] = scheme;
    headers['x-forwarded-host'] = host;
    delete headers.forwarded;
    return next();
  };
}
