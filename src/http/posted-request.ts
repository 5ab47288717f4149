import type { Context } from 'koa';
import { type BodyLimits, readForm } from './middleware/form-body.ts';

/** Where applications send browsers; by GET or by POST. */
export const REQUEST_PATHS = ['/auth', '/session/end'];

/**
 * Authorization and logout requests may be posted, too (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). A browser
 * holds our cookies back from another site's POST, so it is sent to ask the same by GET.
 *
 * @throws Problem `request_invalid` when a parameter comes twice
 */
export async function askByGet(ctx: Context, limits: BodyLimits): Promise<void> {
  const parameters = new URLSearchParams(await readForm(ctx, limits));
  ctx.status = 303;
  ctx.redirect(`${ctx.path}?${parameters}`);
}
