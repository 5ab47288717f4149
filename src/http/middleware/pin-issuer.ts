import type { Middleware } from 'koa';

/**
 * Every link, endpoint and cookie is made from the configured issuer, whatever Host, Forwarded or X-Forwarded-* say
 * the engine reads scheme and host from the request, so the request is told the truth before anybody looks.
 */
export function pinIssuer(issuer: string): Middleware {
  const { host, protocol } = new URL(issuer);
  const scheme = protocol.slice(0, -1);
  return (ctx, next) => {
    const { headers } = ctx.req;
    headers.host = host;
    headers['x-forwarded-proto'] = scheme;
    headers['x-forwarded-host'] = host;
    delete headers.forwarded;
    return next();
  };
}
