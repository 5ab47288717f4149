import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { IDToken } from 'openid-client';

/** What has to be remembered between leaving for the issuer and coming back. */
export interface PendingSignIn {
  readonly registration: string;
  readonly codeVerifier: string;
  readonly nonce: string;
  readonly maxAge: number | undefined;
}

/** The outcome of a sign-in. Tokens stay on this side; the browser holds nothing but the session cookie. */
export interface SignedIn {
  readonly registration: string;
  /** Of the ID token. */
  readonly idClaims: IDToken;
  /** These and what userinfo adds to them. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly idToken: string;
  readonly accessToken: string;
  /** Milliseconds since the epoch; undefined when the issuer did not say. */
  readonly accessTokenExpiresAt: number | undefined;
  readonly refreshToken: string | undefined;
}

/** One browser. */
export interface Session {
  /** By `state`; several tabs may sign in at once. */
  readonly pending: Map<string, PendingSignIn>;
  signedIn: SignedIn | undefined;
  /** The refresh under way: two at once would present one refresh token twice, and rotation takes that for theft. */
  refreshing: Promise<void> | undefined;
}

/** Sessions of this process; a real application would keep them in its database. */
export interface Sessions {
  find(ctx: Context): Session | undefined;
  findOrStart(ctx: Context): Session;
  /** Moves the session to a fresh id at sign-in, so that an id somebody planted before is worth nothing. */
  renew(ctx: Context, session: Session): void;
  end(ctx: Context): void;
}

const LIFETIME_MS = 8 * 60 * 60 * 1000;
const MOST_SESSIONS = 10_000;

const newSession = (): Session => ({ pending: new Map(), signedIn: undefined, refreshing: undefined });

/** @param secure whether this application is served over https */
export function createSessions(secure: boolean): Sessions {
  // Cookies ignore ports: the name must differ from those of the issuer, which may share this host in development.
  const name = secure ? '__Host-rp_session' : 'rp_session';
  const kept = new Map<string, { readonly session: Session; readonly endsAt: number }>();

  const keep = (ctx: Context, session: Session): void => {
    const id = randomBytes(32).toString('base64url');
    kept.set(id, { session, endsAt: Date.now() + LIFETIME_MS });
    const oldest = kept.keys().next();
    if (kept.size > MOST_SESSIONS && oldest.done !== true) kept.delete(oldest.value);
    // Behind a proxy that ends TLS, Koa sees plain HTTP; `secure` was decided by the public address.
    ctx.cookies.secure = secure;
    ctx.cookies.set(name, id, { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: LIFETIME_MS });
  };

  const find = (ctx: Context): Session | undefined => {
    const entry = kept.get(ctx.cookies.get(name) ?? '');
    return entry !== undefined && entry.endsAt > Date.now() ? entry.session : undefined;
  };

  const forget = (ctx: Context): boolean => kept.delete(ctx.cookies.get(name) ?? '');

  return {
    find,
    findOrStart(ctx) {
      const found = find(ctx);
      const session = found ?? newSession();
      if (found === undefined) keep(ctx, session);
      return session;
    },
    renew(ctx, session) {
      forget(ctx);
      keep(ctx, session);
    },
    end(ctx) {
      forget(ctx);
      ctx.cookies.secure = secure;
      ctx.cookies.set(name, null, { httpOnly: true, sameSite: 'lax', secure, path: '/' });
    },
  };
}
