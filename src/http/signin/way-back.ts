import type { Context } from 'koa';
import type { Vault } from '../../services/vault.ts';

/** Where a person goes back to when the interaction itself is gone. */
export interface WayBack {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string | null;
}

/**
 * A sealed cookie beside each interaction that outlives it, so that an expired sign-in can offer the way back to the
 * application (wish 19). The redirect URI in it was checked by the engine when the interaction began.
 */
export interface WaysBack {
  /** Called by the engine with the request whose parameters it has checked. */
  begin(ctx: EngineContext, uid: string): void;
  recall(ctx: Context, uid: string): WayBack | null;
}

/** The part of the engine's context that is needed here. */
interface EngineContext extends Pick<Context, 'cookies'> {
  readonly oidc: { readonly params?: Readonly<Record<string, unknown>> | undefined };
}

const DAY_MS = 24 * 3600 * 1000;
const NAME = 'back';
/** RFC 6265bis §5.6 counts the name, too. */
const LONGEST_COOKIE = 4096 - NAME.length;

export function createWaysBack(deps: { vault: Vault; secure: boolean }): WaysBack {
  return {
    begin(ctx, uid) {
      const params = ctx.oidc.params ?? {};
      const way = { clientId: params.client_id, redirectUri: params.redirect_uri, state: params.state ?? null };
      const value = deps.vault.seal(JSON.stringify(way), `way-back:${uid}`);
      // No browser keeps a longer cookie, and proxies choke on it: then there is no way back, and nothing else is lost.
      if (value.length > LONGEST_COOKIE) return;
      const options = { httpOnly: true, sameSite: 'lax', secure: deps.secure, signed: false } as const;
      ctx.cookies.set(NAME, value, { ...options, path: `/interaction/${uid}`, maxAge: DAY_MS });
    },
    recall(ctx, uid) {
      const sealed = ctx.cookies.get(NAME, { signed: false });
      const text = sealed === undefined ? null : deps.vault.open(sealed, `way-back:${uid}`);
      return text === null ? null : (JSON.parse(text) as WayBack);
    },
  };
}

/** The redirect URI with an error the application understands (RFC 6749 §4.1.2.1, RFC 9207 §2). */
export function errorRedirect({ redirectUri, state }: WayBack, issuer: string): string {
  const url = new URL(redirectUri);
  url.searchParams.set('error', 'access_denied');
  url.searchParams.set('error_description', 'the sign-in has expired');
  if (state !== null) url.searchParams.set('state', state);
  url.searchParams.set('iss', issuer);
  return url.href;
}
