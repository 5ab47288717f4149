import type { Middleware } from 'koa';
import { contentSecurityPolicy } from '../../domain/content-security-policy.ts';

const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * The headers of R-56 on every answer; pages that lead to an application widen `form-action` themselves.
 *
 * @param secure whether the issuer is https
 */
export function securityHeaders(secure: boolean): Middleware {
  const policy = contentSecurityPolicy();
  return (ctx, next) => {
    ctx.set('content-security-policy', policy);
    ctx.set('x-content-type-options', 'nosniff');
    ctx.set('x-frame-options', 'DENY');
    ctx.set('referrer-policy', 'no-referrer');
    ctx.set('cross-origin-opener-policy', 'same-origin');
    ctx.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
    ctx.set('cache-control', 'no-store');
    if (secure) ctx.set('strict-transport-security', `max-age=${YEAR_SECONDS}; includeSubDomains`);
    return next();
  };
}
