import type { Context } from 'koa';
import type { Vault } from '../../services/vault.ts';

/**
 * Carries what is shown once from the submission that made it to the page that shows it: sealed, in the browser that asked,
 * so that a reload makes nothing anew and no store ever holds it.
 */
export interface ShownOnce {
  /** @param page where it is shown, and nowhere else */
  put(ctx: Context, visitor: string, page: string, text: string): void;
  /** What is to be shown at the page of this request; null when it was shown before. It is gone afterwards. */
  take(ctx: Context, visitor: string): string | null;
}

/** The redirect follows at once. */
const LIFE_MS = 60_000;

/** @param deps.secure whether the issuer is https @param deps.now milliseconds since the epoch */
export function createShownOnce(deps: { vault: Vault; secure: boolean; now: () => number }): ShownOnce {
  const name = deps.secure ? '__Host-console-once' : 'console-once';
  const attributes = { httpOnly: true, sameSite: 'strict', secure: deps.secure, path: '/' } as const;
  const options = { ...attributes, signed: false, overwrite: true } as const;
  const contextOf = (visitor: string, page: string): string => `shown-once:${visitor}:${page}`;
  return {
    put(ctx, visitor, page, text) {
      const kept = JSON.stringify({ text, until: deps.now() + LIFE_MS });
      ctx.cookies.set(name, deps.vault.seal(kept, contextOf(visitor, page)), { ...options, maxAge: LIFE_MS });
    },
    take(ctx, visitor) {
      const sealed = ctx.cookies.get(name, { signed: false });
      if (sealed === undefined) return null;
      ctx.cookies.set(name, null, options);
      const kept = sealed.length > 2048 ? null : deps.vault.open(sealed, contextOf(visitor, ctx.path));
      if (kept === null) return null;
      const { text, until } = JSON.parse(kept) as { text: string; until: number };
      return until > deps.now() ? text : null;
    },
  };
}
