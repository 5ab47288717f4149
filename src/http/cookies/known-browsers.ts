import type { Context } from 'koa';
import type { Random } from '../../ports/random.ts';
import type { Caller } from '../../services/caller.ts';
import type { Vault } from '../../services/vault.ts';

/**
 * Remembers, in the browser itself, that somebody signed in from it, so that a stranger who burns the failures of an
 * identifier does not lock its owner out. The cookie proves nothing else: it never replaces a code.
 */
export interface KnownBrowsers {
  read(ctx: Context): Caller['knownBrowser'];
  /** @param subject the fingerprint of the identifier that was just proven */
  remember(ctx: Context, subject: string): void;
}

const CONTEXT = 'known-browser';
const YEAR_MS = 365 * 24 * 3600 * 1000;
/** People with more addresses than this on one browser fall back to the ordinary budget for the oldest. */
const REMEMBERED = 5;

export function createKnownBrowsers(deps: { vault: Vault; random: Random; secure: boolean }): KnownBrowsers {
  const name = deps.secure ? '__Host-known' : 'known';
  const read = (ctx: Context): Caller['knownBrowser'] => {
    const sealed = ctx.cookies.get(name, { signed: false });
    const text = sealed === undefined || sealed.length > 2048 ? null : deps.vault.open(sealed, CONTEXT);
    return text === null ? null : (JSON.parse(text) as NonNullable<Caller['knownBrowser']>);
  };
  return {
    read,
    remember(ctx, subject) {
      const known = read(ctx);
      if (known?.knows.includes(subject) === true) return;
      const knows = [subject, ...(known?.knows ?? [])].slice(0, REMEMBERED);
      const value = deps.vault.seal(JSON.stringify({ id: known?.id ?? deps.random.id(), knows }), CONTEXT);
      const options = { httpOnly: true, sameSite: 'lax', secure: deps.secure, signed: false, path: '/' } as const;
      ctx.cookies.set(name, value, { ...options, maxAge: YEAR_MS });
    },
  };
}
