import type { Context } from 'koa';
import { Problem } from '../domain/errors.ts';
import type { Vault } from '../services/vault.ts';

/** Makes and checks what proves that a form of ours was submitted by a page of ours. */
export interface FormGuard {
  /** The hidden field of a form; bound to what the form is about. */
  token(subject: string): string;
  /** That no other site has submitted it. @throws Problem `form_forged` */
  checkSite(ctx: Context): void;
  /** The same, and that it is one of these forms. @throws Problem `form_forged` */
  check(ctx: Context, token: string | undefined, subject: string): void;
}

export function createFormGuard(vault: Vault, issuer: string): FormGuard {
  const { origin } = new URL(issuer);
  const checkSite = (ctx: Context): void => {
    if (!sameSite(ctx, origin)) throw new Problem('form_forged');
  };
  return {
    checkSite,
    token: (subject) => vault.sign('form', subject),
    check(ctx, token, subject) {
      checkSite(ctx);
      if (token === undefined || !vault.verify(token, 'form', subject)) throw new Problem('form_forged');
    },
  };
}

/**
 * What the browser itself says about where the submission came from. Under `Referrer-Policy: no-referrer` browsers send
 * `Origin: null` even to the same origin, so `Sec-Fetch-Site` is asked first (Fetch §3.1, Fetch Metadata §2.3).
 */
function sameSite(ctx: Context, origin: string): boolean {
  const site = ctx.get('sec-fetch-site');
  if (site !== '') return site === 'same-origin' || site === 'none';
  const from = ctx.get('origin');
  return from === '' || from === origin;
}
