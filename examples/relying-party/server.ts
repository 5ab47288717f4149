import { readFile } from 'node:fs/promises';
import { Router } from '@koa/router';
import Koa, { type Context, type Next } from 'koa';
import * as oidc from 'openid-client';
import { createIssuer, type Registration } from './issuer.ts';
import { errorPage, homePage } from './pages.ts';
import { createSessions, type PendingSignIn, type Session, type Sessions, type SignedIn } from './sessions.ts';

export interface RelyingPartyOptions {
  /** Issuer identifier of the Countersign to sign in with. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where browsers reach this application, without a trailing slash; `/callback` under it must be registered. */
  readonly baseUrl: string;
  /** Space-separated scopes to ask for. */
  readonly scope?: string;
  /** A second registration that is not the installation's own, to see the consent page. */
  readonly thirdParty?: Registration;
}

/** Everything a route needs. */
interface Application {
  readonly options: RelyingPartyOptions;
  readonly sessions: Sessions;
  /** By registration name. */
  readonly issuers: ReadonlyMap<string, () => Promise<oidc.Configuration>>;
}

const OWN = 'own';
const THIRD_PARTY = 'third-party';
const MOST_PENDING = 8;
/** Parameters of the authorization request that may be tried out on `/login`. */
const TRY_OUT = ['login_hint', 'prompt', 'max_age', 'acr_values'];

/**
 * A web application whose people sign in at an OpenID provider: Authorization Code Flow with PKCE, state and nonce,
 * exchanged on the backend (OpenID Connect Core §3.1, RFC 9700 §2.1).
 */
export function createRelyingParty(options: RelyingPartyOptions): Koa {
  const issuers = new Map([[OWN, createIssuer(options.issuer, options)]]);
  if (options.thirdParty !== undefined) issuers.set(THIRD_PARTY, createIssuer(options.issuer, options.thirdParty));
  const application = { options, issuers, sessions: createSessions(options.baseUrl.startsWith('https:')) };
  const router = new Router();
  router.get('/', (ctx) => showHome(application, ctx));
  router.get('/login', (ctx) => startSignIn(application, ctx));
  router.get('/callback', (ctx) => finishSignIn(application, ctx));
  router.all('/refresh', refuseOtherSites, (ctx) => refresh(application, ctx));
  router.all('/logout', refuseOtherSites, (ctx) => logOut(application, ctx));
  router.get('/style.css', (ctx) => sendFile(ctx, 'style.css'));
  router.get('/icon.svg', (ctx) => sendFile(ctx, 'icon.svg'));
  const app = new Koa();
  app.use(setHeaders).use(showErrors).use(router.routes()).use(router.allowedMethods());
  return app;
}

function showHome({ sessions, issuers }: Application, ctx: Context): void {
  const signedIn = sessions.find(ctx)?.signedIn;
  ctx.body = homePage({ signedIn, thirdParty: issuers.has(THIRD_PARTY), now: Date.now() });
}

async function startSignIn(application: Application, ctx: Context): Promise<void> {
  const { options, sessions, issuers } = application;
  const registration = ctx.query.as === THIRD_PARTY && issuers.has(THIRD_PARTY) ? THIRD_PARTY : OWN;
  const config = await configurationOf(application, registration);
  const tried = TRY_OUT.flatMap((name) => (typeof ctx.query[name] === 'string' ? [[name, ctx.query[name]]] : []));
  const codeVerifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const maxAge = Number.parseInt(String(ctx.query.max_age), 10);
  const pending = { registration, codeVerifier, nonce, maxAge: maxAge >= 0 ? maxAge : undefined };
  rememberPending(sessions.findOrStart(ctx), state, pending);
  const url = oidc.buildAuthorizationUrl(config, {
    ...Object.fromEntries(tried),
    redirect_uri: `${options.baseUrl}/callback`,
    scope: options.scope ?? 'openid profile email phone',
    code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  ctx.redirect(url.href);
}

function rememberPending({ pending }: Session, state: string, signIn: PendingSignIn): void {
  pending.set(state, signIn);
  const oldest = pending.keys().next();
  if (pending.size > MOST_PENDING && oldest.done !== true) pending.delete(oldest.value);
}

async function finishSignIn(application: Application, ctx: Context): Promise<void> {
  const session = application.sessions.find(ctx);
  const state = typeof ctx.query.state === 'string' ? ctx.query.state : '';
  const pending = session?.pending.get(state);
  if (session === undefined || pending === undefined) {
    showError(
      ctx,
      400,
      'unknown_state',
      'This sign-in was not started in this browser, or it has been finished before.',
    );
    return;
  }
  // Spent before anything else happens: an answer of the issuer counts once.
  session.pending.delete(state);
  const config = await configurationOf(application, pending.registration);
  // Checks `state`, `iss` (RFC 9207), and in the ID token signature, issuer, audience, times, `nonce` and `auth_time`.
  const tokens = await oidc.authorizationCodeGrant(config, new URL(application.options.baseUrl + ctx.url), {
    pkceCodeVerifier: pending.codeVerifier,
    expectedState: state,
    expectedNonce: pending.nonce,
    idTokenExpected: true,
    ...(pending.maxAge === undefined ? {} : { maxAge: pending.maxAge }),
  });
  session.signedIn = await signedInBy(config, pending.registration, tokens, undefined);
  application.sessions.renew(ctx, session);
  ctx.redirect('/');
}

type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

/** What a token response does not repeat stays as it was. */
async function signedInBy(
  config: oidc.Configuration,
  registration: string,
  tokens: Tokens,
  before: SignedIn | undefined,
): Promise<SignedIn> {
  const idClaims = tokens.claims() ?? before?.idClaims;
  const idToken = tokens.id_token ?? before?.idToken;
  if (idClaims === undefined || idToken === undefined) throw new Error('the token response has no ID token');
  // OpenID Connect Core §12.2: a refresh never changes who is signed in.
  if (before !== undefined && idClaims.sub !== before.idClaims.sub) throw new Error('the refresh named another person');
  // An issuer may keep ID tokens small and tell the rest here (§5.4); openid-client compares `sub`.
  const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, idClaims.sub);
  const expiresIn = tokens.expiresIn();
  return {
    registration,
    idClaims,
    claims: { ...userinfo, ...idClaims },
    idToken,
    accessToken: tokens.access_token,
    accessTokenExpiresAt: expiresIn === undefined ? undefined : Date.now() + expiresIn * 1000,
    refreshToken: tokens.refresh_token ?? before?.refreshToken,
  };
}

async function refresh(application: Application, ctx: Context): Promise<void> {
  const session = application.sessions.find(ctx);
  if (session?.signedIn?.refreshToken !== undefined) {
    session.refreshing ??= renewTokens(application, session, session.signedIn).finally(() => {
      session.refreshing = undefined;
    });
    await session.refreshing;
  }
  ctx.redirect('/');
}

async function renewTokens(application: Application, session: Session, before: SignedIn): Promise<void> {
  const config = await configurationOf(application, before.registration);
  try {
    const tokens = await oidc.refreshTokenGrant(config, before.refreshToken ?? '');
    const after = await signedInBy(config, before.registration, tokens, before);
    // A sign-in that was finished meanwhile is newer than this answer.
    if (session.signedIn === before) session.signedIn = after;
  } catch (error) {
    // The issuer ended it: nothing of this sign-in is worth keeping (RFC 6749 §5.2).
    if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') session.signedIn = undefined;
    throw error;
  }
}

/** RP-initiated logout: this session ends whether or not the issuer answers. */
async function logOut(application: Application, ctx: Context): Promise<void> {
  const signedIn = application.sessions.find(ctx)?.signedIn;
  application.sessions.end(ctx);
  if (signedIn === undefined) {
    ctx.redirect('/');
    return;
  }
  const config = await configurationOf(application, signedIn.registration);
  const url = oidc.buildEndSessionUrl(config, {
    id_token_hint: signedIn.idToken,
    post_logout_redirect_uri: `${application.options.baseUrl}/`,
  });
  ctx.redirect(url.href);
}

function configurationOf({ issuers }: Application, registration: string): Promise<oidc.Configuration> {
  const discover = issuers.get(registration);
  if (discover === undefined) throw new Error('no such registration');
  return discover();
}

/** A page elsewhere must not be able to log somebody out here. Browsers say where a request comes from. */
async function refuseOtherSites(ctx: Context, next: Next): Promise<void> {
  if (ctx.get('Sec-Fetch-Site') === 'cross-site') showError(ctx, 403, 'cross_site', 'This has to be asked for here.');
  else await next();
}

async function setHeaders(ctx: Context, next: Next): Promise<void> {
  ctx.set({
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  });
  await next();
}

async function showErrors(ctx: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (error instanceof oidc.AuthorizationResponseError) {
      showError(ctx, 400, error.error, error.error_description ?? 'The issuer gave no description.');
    } else if (error instanceof oidc.ResponseBodyError) {
      showError(ctx, 502, error.error, error.error_description ?? 'The issuer gave no description.');
    } else {
      showError(ctx, 502, 'sign_in_failed', error instanceof Error ? error.message : 'Something unexpected happened.');
    }
  }
}

function showError(ctx: Context, status: number, error: string, description: string): void {
  ctx.status = status;
  ctx.body = errorPage({ error, description });
}

async function sendFile(ctx: Context, name: 'style.css' | 'icon.svg'): Promise<void> {
  ctx.type = name.slice(name.indexOf('.'));
  ctx.set('Cache-Control', 'max-age=3600');
  ctx.body = await readFile(new URL(name, import.meta.url));
}
