import * as oidc from 'openid-client';
import type { Origins } from './wire.ts';

export interface RelyingPartyOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Left out for public clients. */
  readonly clientSecret?: string;
  readonly redirectUri: string;
  /** How the secret is sent; `client_secret_basic` with a secret, `none` without. */
  readonly authMethod?: 'client_secret_basic' | 'client_secret_post' | 'none';
  /** Public origins that a loopback server stands for, as for a browser. */
  readonly origins?: Origins;
}

/** An authorization request that was begun, with what its answer has to be checked against. */
export interface Started {
  /** Where the browser goes. */
  readonly url: URL;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** `max_age` in seconds, if it was asked for. */
  readonly maxAge: number | undefined;
}

/** Tokens of a checked answer; `claims()` are those of the ID token, its signature verified. */
export type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

/** What the token endpoint said, unchecked. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Parameters by name; `undefined` leaves out what would be sent otherwise. */
export type Parameters = Readonly<Record<string, string | undefined>>;

/** A certified client library as the application of a test. */
export interface RelyingParty {
  readonly configuration: oidc.Configuration;
  /** Begins an authorization request with PKCE S256, `state` and `nonce`; parameters go on top. */
  start(parameters?: Parameters): Promise<Started>;
  /**
   * Checks the callback (`state`, `iss`), exchanges the code and checks the ID token.
   * @throws oidc.AuthorizationResponseError when the callback carries an error
   * @throws oidc.ResponseBodyError when the token endpoint refuses
   */
  finish(callbackUrl: URL, started: Started): Promise<Tokens>;
  refresh(refreshToken: string, parameters?: Record<string, string>): Promise<Tokens>;
  clientCredentials(parameters?: Record<string, string>): Promise<Tokens>;
  /** @param subject expected `sub`; not checked when left out */
  userinfo(accessToken: string, subject?: string): Promise<oidc.UserInfoResponse>;
  introspect(token: string): Promise<oidc.IntrospectionResponse>;
  revoke(token: string): Promise<void>;
  logoutUrl(idToken: string | undefined, postLogoutRedirectUri?: string, state?: string): URL;
  /** The code exchange without any check, as often as one likes: for attacks and for parallel use. */
  exchange(code: string, verifier: string, parameters?: Parameters): Promise<RawAnswer>;
  /** Any request to the token endpoint, authenticated as this client. */
  token(parameters: Parameters): Promise<RawAnswer>;
}

/** @throws Error when discovery fails or the document does not belong to the issuer */
export async function createRelyingParty(options: RelyingPartyOptions): Promise<RelyingParty> {
  const authMethod = options.authMethod ?? (options.clientSecret === undefined ? 'none' : 'client_secret_basic');
  const reach = fetchThrough(options.origins ?? {});
  const configuration = await oidc.discovery(
    new URL(options.issuer),
    options.clientId,
    { redirect_uris: [options.redirectUri] },
    authentication(authMethod, options.clientSecret ?? ''),
    { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks], [oidc.customFetch]: reach },
  );
  const token = (parameters: Parameters): Promise<RawAnswer> =>
    tokenRequest(configuration, reach, withCredentials(options, authMethod, parameters));
  return {
    configuration,
    start: (parameters = {}) => start(configuration, options.redirectUri, parameters),
    finish: (callbackUrl, started) => finish(configuration, callbackUrl, started),
    refresh: (refreshToken, parameters) => oidc.refreshTokenGrant(configuration, refreshToken, parameters),
    clientCredentials: (parameters) => oidc.clientCredentialsGrant(configuration, parameters),
    userinfo: (accessToken, subject) =>
      oidc.fetchUserInfo(configuration, accessToken, subject ?? oidc.skipSubjectCheck),
    introspect: (value) => oidc.tokenIntrospection(configuration, value),
    revoke: (value) => oidc.tokenRevocation(configuration, value),
    logoutUrl: (idToken, postLogoutRedirectUri, state) =>
      oidc.buildEndSessionUrl(
        configuration,
        present({ id_token_hint: idToken, post_logout_redirect_uri: postLogoutRedirectUri, state }),
      ),
    exchange: (code, verifier, parameters = {}) =>
      token({
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: options.redirectUri,
        ...parameters,
      }),
    token,
  };
}

function authentication(method: string, secret: string): oidc.ClientAuth {
  if (method === 'none') return oidc.None();
  return method === 'client_secret_post' ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
}

async function start(configuration: oidc.Configuration, redirectUri: string, parameters: Parameters): Promise<Started> {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = parameters.state ?? oidc.randomState();
  const nonce = parameters.nonce ?? oidc.randomNonce();
  const sent = present({
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  });
  const maxAge = sent.max_age === undefined ? undefined : Number(sent.max_age);
  return { url: oidc.buildAuthorizationUrl(configuration, sent), verifier, state, nonce, maxAge };
}

const finish = (configuration: oidc.Configuration, callbackUrl: URL, started: Started): Promise<Tokens> =>
  oidc.authorizationCodeGrant(configuration, callbackUrl, {
    pkceCodeVerifier: started.verifier,
    expectedState: started.state,
    expectedNonce: started.nonce,
    idTokenExpected: true,
    ...(started.maxAge === undefined ? {} : { maxAge: started.maxAge }),
  });

function present(parameters: Parameters): Record<string, string> {
  const entries = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

interface TokenRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** RFC 6749 §2.3.1: in the header both parts are form-encoded first. */
function withCredentials(options: RelyingPartyOptions, method: string, parameters: Parameters): TokenRequest {
  const { clientId, clientSecret = '' } = options;
  const body = new URLSearchParams(present(parameters));
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (method === 'client_secret_basic') {
    const [user, password] = [clientId, clientSecret].map((part) => new URLSearchParams({ part }).toString().slice(5));
    headers.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  } else {
    body.set('client_id', clientId);
    if (method === 'client_secret_post') body.set('client_secret', clientSecret);
  }
  return { headers, body: body.toString() };
}

async function tokenRequest(
  configuration: oidc.Configuration,
  reach: oidc.CustomFetch,
  { headers, body }: TokenRequest,
): Promise<RawAnswer> {
  const endpoint = configuration.serverMetadata().token_endpoint;
  if (endpoint === undefined) throw new Error('the issuer names no token endpoint');
  const response = await reach(endpoint, { method: 'POST', headers: { ...headers }, body, redirect: 'manual' });
  return { status: response.status, headers: response.headers, body: (await response.json()) as RawAnswer['body'] };
}

/** A fetch that reaches public origins where they are served. */
const fetchThrough =
  (origins: Origins): oidc.CustomFetch =>
  (url, options) => {
    const { origin, protocol, pathname, search } = new URL(url);
    const served = origins[origin];
    const { body, headers, ...rest } = options;
    return fetch(served === undefined ? url : new URL(pathname + search, served), {
      ...rest,
      headers: served === undefined ? headers : { ...headers, 'x-forwarded-proto': protocol.slice(0, -1) },
      ...(body === undefined ? {} : { body: body as string | URLSearchParams }),
    });
  };
