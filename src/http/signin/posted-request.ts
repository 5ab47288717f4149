import type { Context } from 'koa';
import { Problem } from '../../domain/errors.ts';
import { type BodyLimits, readForm } from '../middleware/form-body.ts';

/** Where applications send browsers; by GET or by POST. */
export const REQUEST_PATHS = ['/auth', '/session/end'];

/** What every server and proxy takes as a request line (RFC 9112 §3). */
const LONGEST_QUERY = 8_000;

/**
 * Authorization and logout requests may be posted, too (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). A browser
 * holds our cookies back from another site's POST, so it is sent to ask the same by GET.
 *
 * @throws Problem `request_invalid` when a parameter comes twice; `payload_too_large` for what no GET can hold
 */
export async function askByGet(ctx: Context, limits: BodyLimits): Promise<void> {
  const query = new URLSearchParams(await readForm(ctx, limits)).toString();
  if (query.length > LONGEST_QUERY) throw new Problem('payload_too_large');
  ctx.status = 303;
  ctx.redirect(`${ctx.path}?${query}`);
}
