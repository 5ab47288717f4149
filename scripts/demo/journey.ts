import { setTimeout as pause } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { type Browser, createBrowser } from '../../test/support/browser.ts';
import type { Screen } from './screen.ts';

/** The server the demo signs in at, and the demo application registered there. */
export interface DemoServer {
  readonly issuer: URL;
  /** Origin of the demo application; nothing has to listen there. */
  readonly application: string;
}

export interface DemoResult {
  readonly address: string;
  readonly idToken: unknown;
  readonly userinfo: unknown;
  readonly introspection: unknown;
  readonly refreshed: unknown;
}

const CLIENT_ID = 'demo';
const CLIENT_SECRET = 'demo-secret';
const INBOX_WAIT_MS = 10_000;
const INBOX_PAUSE_MS = 50;

/** What the browser is sent away with and what has to come back. */
interface Request {
  readonly url: URL;
  readonly checks: { pkceCodeVerifier: string; expectedState: string; expectedNonce: string };
}

/**
 * Signs a person in as a browser and a relying party would, refreshes and logs out again.
 * @throws Error at the first step that is not as it should be
 */
export async function walkThrough({ issuer, application }: DemoServer, screen: Screen): Promise<DemoResult> {
  const address = `someone.${Date.now().toString(36)}@example.org`;
  const redirectUri = `${application}/callback`;
  const browser = createBrowser({ stopAt: [application] });
  screen.heading(`Signing in ${address} at ${issuer.href}`);
  const config = await screen.step(
    'discovery',
    () => discover(issuer),
    ({ token }) => token,
  );
  const request = await authorizationRequest(config.client, redirectUri);
  await signIn(browser, request.url, address, screen);
  const tokens = await screen.step(
    'code → tokens, ID token verified',
    () => oidc.authorizationCodeGrant(config.client, browser.landedAt(), { ...request.checks, idTokenExpected: true }),
    (answer) => ['id_token', 'access_token', 'refresh_token'].filter((name) => name in answer).join(', '),
  );
  const idToken = requireValue(tokens.claims(), 'the answer has no ID token');
  const claims = await useTokens(config.client, tokens, { sub: idToken.sub, address }, screen);
  await screen.step(
    'logout',
    () => logOut(browser, config.client, tokens.id_token, application),
    (url) => `back at ${url.href}`,
  );
  await screen.step(
    'nobody is signed in any more',
    () => expectSignedOut(browser, config.client, redirectUri),
    () => 'prompt=none answers login_required',
  );
  return { address, idToken, ...claims };
}

type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

async function useTokens(
  client: oidc.Configuration,
  tokens: Tokens,
  person: { readonly sub: string; readonly address: string },
  screen: Screen,
): Promise<Pick<DemoResult, 'userinfo' | 'introspection' | 'refreshed'>> {
  const userinfo = await screen.step(
    'userinfo',
    () => readUserinfo(client, tokens.access_token, person.sub, person.address),
    ({ email }) => `${email}, verified`,
  );
  const introspection = await screen.step(
    'introspection',
    () => introspect(client, tokens.access_token),
    ({ scope }) => `active, scope ${scope}`,
  );
  const refreshed = await screen.step(
    'refresh',
    () => refresh(client, tokens.refresh_token, person.sub),
    () => 'rotated, same person',
  );
  return { userinfo, introspection, refreshed };
}

async function discover(issuer: URL): Promise<{ client: oidc.Configuration; token: string }> {
  const client = await oidc.discovery(issuer, CLIENT_ID, undefined, oidc.ClientSecretBasic(CLIENT_SECRET), {
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  });
  return { client, token: client.serverMetadata().token_endpoint ?? '' };
}

async function authorizationRequest(
  client: oidc.Configuration,
  redirectUri: string,
  prompt?: string,
): Promise<Request> {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
  const url = oidc.buildAuthorizationUrl(client, {
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...(prompt === undefined ? {} : { prompt }),
  });
  return { url, checks };
}

async function signIn(browser: Browser, url: URL, address: string, screen: Screen): Promise<void> {
  await screen.step(
    'authorization request',
    () => browser.get(url),
    (page) => page.title,
  );
  await screen.step(
    'address entered, code asked for',
    () => browser.submit('identifier-submit', { [nameOf(browser, 'identifier')]: address }),
    (page) => page.title,
  );
  const code = await screen.step(
    'message in the dev inbox',
    () => readCode(url.origin, address),
    (found) => `code ${found}`,
  );
  await screen.step(
    'code entered, back at the application',
    async () => {
      await browser.submit('code-submit', { [nameOf(browser, 'code')]: code });
      return browser.landedAt();
    },
    ({ origin, pathname }) => `${origin}${pathname}`,
  );
}

function nameOf({ page }: Browser, id: string): string {
  return requireValue(page.formAt(id).control, `#${id} is no field`).name;
}

async function readCode(origin: string, address: string): Promise<string> {
  for (let waited = 0; waited < INBOX_WAIT_MS; waited += INBOX_PAUSE_MS) {
    const answer = await fetch(`${origin}/dev/inbox.json?to=${encodeURIComponent(address)}`);
    if (!answer.ok) throw new Error('this server has no dev inbox; the demo needs one in development');
    const [newest] = (await answer.json()) as { code: string | null }[];
    if (newest?.code != null) return newest.code;
    await pause(INBOX_PAUSE_MS);
  }
  throw new Error('no message came');
}

async function readUserinfo(client: oidc.Configuration, accessToken: string, sub: string, address: string) {
  const claims = await oidc.fetchUserInfo(client, accessToken, sub);
  if (claims.email !== address || claims.email_verified !== true)
    throw new Error('userinfo lacks the verified address');
  return claims;
}

async function introspect(client: oidc.Configuration, accessToken: string): Promise<oidc.IntrospectionResponse> {
  const answer = await oidc.tokenIntrospection(client, accessToken);
  if (!answer.active) throw new Error('the access token is not active');
  return answer;
}

async function refresh(client: oidc.Configuration, refreshToken: string | undefined, sub: string) {
  const tokens = await oidc.refreshTokenGrant(client, requireValue(refreshToken, 'there is no refresh token'));
  if (tokens.refresh_token === undefined || tokens.refresh_token === refreshToken) throw new Error('no rotation');
  const claims = requireValue(tokens.claims(), 'the refresh has no ID token');
  if (claims.sub !== sub) throw new Error('the refresh named another person');
  return claims;
}

async function logOut(
  browser: Browser,
  client: oidc.Configuration,
  idToken: string | undefined,
  application: string,
): Promise<URL> {
  const url = oidc.buildEndSessionUrl(client, {
    id_token_hint: requireValue(idToken, 'there is no ID token'),
    post_logout_redirect_uri: `${application}/`,
  });
  await browser.get(url);
  if (browser.stoppedAt === null) await browser.submit('logout-confirm');
  const landed = browser.landedAt();
  if (landed.href !== `${application}/`) throw new Error('logout did not lead back to the application');
  return landed;
}

/** `prompt=none` answers `login_required` when there is no session (OpenID Connect Core §3.1.2.6). */
async function expectSignedOut(browser: Browser, client: oidc.Configuration, redirectUri: string): Promise<void> {
  await browser.get((await authorizationRequest(client, redirectUri, 'none')).url);
  const error = browser.landedAt().searchParams.get('error');
  if (error !== 'login_required') throw new Error(`expected login_required, got ${error ?? 'a code'}`);
}

function requireValue<Value>(value: Value | null | undefined, otherwise: string): Value {
  if (value === null || value === undefined) throw new Error(otherwise);
  return value;
}
