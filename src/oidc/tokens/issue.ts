import { type ClaimsParameter, errors, type Provider } from 'oidc-provider';
import type { Account } from '../../domain/account.ts';
import type { ApprovalData } from '../../domain/approval-data.ts';
import type { Client } from '../../domain/client.ts';
import { Problem } from '../../domain/errors.ts';
import type { Audiences } from '../../services/clients/audiences.ts';
import { type ClaimsDeps, claimsFor, OWN_SCOPES } from '../accounts.ts';
import type { GrantContexts } from '../grants/context.ts';
import { type ApiSession, placeOf } from '../sessions/api-sessions.ts';
import { grantIn } from '../sessions/life.ts';
import { type Audience, audienceFor } from './resources.ts';

/** What tokens are made for that no browser fetches. */
export interface TokenRequest {
  readonly client: Client;
  readonly account: Account;
  readonly session: ApiSession;
  /** Audience of the access token; null takes the client's own. */
  readonly resource: string | null;
  /** The `claims` parameter, as JSON (OpenID Connect Core §5.5). */
  readonly claims: string | null;
  readonly organizationId: string | null;
  readonly approvalData: ApprovalData | null;
}

/** Tokens as their client gets them (RFC 6749 §5.1). */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly idToken: string;
  /** Null where the client may not refresh. */
  readonly refreshToken: string | null;
  /** Seconds that the access token works. */
  readonly expiresIn: number;
}

/**
 * Makes tokens for sign-ins over an API, of the engine's own models: what it checks, refreshes, tells about and revokes is no
 * different from what browsers get.
 */
export interface Tokens {
  /** @throws Problem `session_unknown` when the session ends meanwhile */
  issue(request: TokenRequest): Promise<IssuedTokens>;
}

interface Deps extends ClaimsDeps {
  readonly audiences: Audiences;
  readonly grantContexts: GrantContexts;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

type EngineClient = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;
type Grant = InstanceType<Provider['Grant']>;

/** What a token was made for, where there is no request of the engine that would know. */
const madeFor = new WeakMap<object, Pick<ApiSession, 'acr' | 'amr' | 'at'>>();

/** How somebody signed in whom an access token is being made for over an API; undefined for all others. */
export const signInOf = (token: object) => {
  const session = madeFor.get(token);
  return session === undefined ? undefined : { acr: session.acr, amr: [...session.amr], authTime: session.at };
};

/** Made by which way, as the engine keeps it with each token. */
const WAY = 'countersign:api';

export const createTokens = (provider: Provider, deps: Deps): Tokens => ({
  async issue(request) {
    const client = await provider.Client.find(request.client.id);
    if (client === undefined) throw new Problem('client_invalid');
    try {
      return await make(provider, client, request, deps);
    } catch (error) {
      if (error instanceof errors.AccessDenied || error instanceof errors.InvalidGrant) {
        throw new Problem('session_unknown', { cause: error });
      }
      throw error;
    }
  },
});

async function make(
  provider: Provider,
  client: EngineClient,
  request: TokenRequest,
  deps: Deps,
): Promise<IssuedTokens> {
  const scopes = scopesFor(request);
  const audience = await audienceFor(request.client, request.resource, deps.audiences);
  const grant = await makeGrant(provider, request, scopes, audience, deps);
  const common = commonOf(client, request, grant);
  const access = accessToken(provider, request, common, grant, scopes, audience);
  const accessTokenValue = await access.save();
  return {
    accessToken: accessTokenValue,
    idToken: await idToken(provider, client, request, grant, scopes, deps),
    refreshToken: client.grantTypeAllowed('refresh_token')
      ? await refreshToken(provider, request, common, scopes, audience).save()
      : null,
    expiresIn: access.expiration,
  };
}

/**
 * What the client may have: all that it is registered for, a third party what its people have agreed to in a browser. Nothing
 * outlives the session, so nothing is for offline use.
 */
function scopesFor({ client, account }: TokenRequest): string[] {
  const registered = client.scopes.length === 0 ? OWN_SCOPES : client.scopes;
  const agreed = account.consents.find(({ clientId }) => clientId === client.id)?.scopes ?? [];
  const allowed = registered.filter((scope) => client.firstParty || agreed.includes(scope));
  return [...new Set(['openid', ...allowed])].filter((scope) => scope !== 'offline_access');
}

const claimsOf = ({ claims }: TokenRequest): ClaimsParameter =>
  claims === null ? {} : (JSON.parse(claims) as ClaimsParameter);

/** The names of what is asked for, for a third party as far as it was agreed to. */
function claimNames(request: TokenRequest): string[] {
  const { id_token: inToken = {}, userinfo = {} } = claimsOf(request);
  const asked = [...new Set([...Object.keys(inToken), ...Object.keys(userinfo)])];
  const { client, account } = request;
  const agreed = account.consents.find(({ clientId }) => clientId === client.id)?.claims ?? [];
  return asked.filter((name) => client.firstParty || agreed.includes(name));
}

/** Ends with the session, whatever is refreshed meanwhile (decision 7). */
async function makeGrant(
  provider: Provider,
  request: TokenRequest,
  scopes: readonly string[],
  audience: Audience | null,
  { grantContexts, now }: Deps,
): Promise<Grant> {
  const { client, account, session, organizationId, approvalData } = request;
  const expiresIn = Math.max(1, session.endsAt - Math.floor(now() / 1000));
  const properties = { accountId: account.id, clientId: client.id, jti: grantContexts.grantId(), expiresIn };
  const grant = new provider.Grant(properties);
  grant.addOIDCScope([...scopes]);
  const names = claimNames(request);
  if (names.length > 0) grant.addOIDCClaims(names);
  if (audience !== null) grant.addResourceScope(audience.resource, [...scopes]);
  await grantIn(placeOf(session), () => grant.save());
  const context = { byTicket: false, organizationId, approvalData, isNew: false };
  if (!(await grantContexts.save(grant.jti, context, expiresIn))) throw new errors.InvalidGrant('grant was revoked');
  return grant;
}

/** What access and refresh tokens have in common. */
const commonOf = (client: EngineClient, { account, session }: TokenRequest, { jti }: Grant) => ({
  accountId: account.id,
  client,
  grantId: jti,
  gty: WAY,
  sessionUid: session.uid,
  sid: session.id,
});

type Common = ReturnType<typeof commonOf>;

function accessToken(
  provider: Provider,
  request: TokenRequest,
  common: Common,
  grant: Grant,
  scopes: readonly string[],
  audience: Audience | null,
) {
  const token = new provider.AccessToken(common);
  if (audience === null) {
    token.claims = claimsOf(request);
    token.scope = grant.getOIDCScopeFiltered(new Set(scopes));
  } else {
    const server = new provider.ResourceServer(audience.resource, audience.server);
    token.resourceServer = server;
    token.scope = grant.getResourceScopeFiltered(
      audience.resource,
      new Set(scopes.filter((one) => server.scopes.has(one))),
    );
  }
  madeFor.set(token, request.session);
  return token;
}

function refreshToken(
  provider: Provider,
  request: TokenRequest,
  common: Common,
  scopes: readonly string[],
  audience: Audience | null,
) {
  const { session, claims } = request;
  return new provider.RefreshToken({
    ...common,
    acr: session.acr,
    amr: [...session.amr],
    authTime: session.at,
    rotations: 0,
    scope: scopes.join(' '),
    ...(audience === null ? {} : { resource: audience.resource }),
    ...(claims === null ? {} : { claims: claimsOf(request) }),
  });
}

/** Says what the engine says at a refresh: the same claims, by the same rules (OpenID Connect Core §12.2). */
async function idToken(
  provider: Provider,
  client: EngineClient,
  request: TokenRequest,
  grant: Grant,
  scopes: readonly string[],
  deps: Deps,
): Promise<string> {
  const { account, session } = request;
  const available = {
    ...(await claimsFor(deps, account, 'id_token', grant.jti)),
    acr: session.acr,
    amr: [...session.amr],
    auth_time: session.at,
  };
  const granted = new Set(grant.getOIDCClaims());
  const asked = Object.entries(claimsOf(request).id_token ?? {}).filter(([name]) => granted.has(name));
  const claims = new provider.Claims(available, { client });
  claims.scope(grant.getOIDCScopeFiltered(new Set(scopes)));
  claims.mask(Object.fromEntries(asked));
  const token = new provider.IdToken(available, { client });
  for (const [name, value] of Object.entries(await claims.result())) token.set(name, value);
  token.set('sid', session.id);
  return token.issue({ use: 'idtoken' });
}
