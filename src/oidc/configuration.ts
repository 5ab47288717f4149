import type { AdapterFactory, Configuration, KoaContextWithOIDC, ResourceServer } from 'oidc-provider';
import { assurancesWithin } from '../domain/assurance.ts';
import type { Audiences } from '../services/clients/audiences.ts';
import type { Accounts } from '../services/people/accounts.ts';
import type { Newcomers } from '../services/people/newcomers.ts';
import type { KeyRing } from '../services/signing-keys/key-ring.ts';
import type { CookieSigner } from '../services/vault.ts';
import { CLAIMS_BY_SCOPE, createFindAccount, OWN_SCOPES } from './accounts.ts';
import { OWN_METADATA, ownMetadata } from './client-metadata.ts';
import type { GrantContexts } from './grants/context.ts';
import { createLoadGrant } from './grants/load.ts';
import { type GrantMemberships, organizationRights } from './grants/membership.ts';
import type { EnginePages } from './pages.ts';
import type { AssuranceDeps } from './prompts/assurance.ts';
import type { RequestOrganizations } from './prompts/organizations.ts';
import { createMayIntrospect, createPolicy, mayRevoke } from './prompts/policy.ts';
import { lifeId } from './sessions/life.ts';
import { isOfTicket } from './tickets/check.ts';
import { signInOf } from './tokens/issue.ts';
import { createLifetimes, type LifetimeRules } from './tokens/lifetimes.ts';
import { createResourceIndicators } from './tokens/resources.ts';

export interface ConfigurationDeps extends AssuranceDeps {
  readonly issuer: string;
  readonly adapter: AdapterFactory;
  readonly accounts: Accounts;
  readonly audiences: Audiences;
  readonly newcomers: Newcomers;
  readonly grantContexts: GrantContexts;
  readonly memberships: GrantMemberships;
  readonly requestOrganizations: RequestOrganizations;
  readonly pages: EnginePages;
  readonly lifetimes: LifetimeRules;
  readonly cookies: CookieSigner;
  readonly keyRing: KeyRing;
  /** Whether the issuer is https; decides about `Secure` and the `__Host-` prefix. */
  readonly secure: boolean;
  /** BCP 47 tags there are texts for. */
  readonly locales: readonly string[];
  /** Where clients register themselves; null where they do not. */
  readonly registrationEndpoint: string | null;
  /** Called with the request that begins an interaction, before its cookies are set. */
  readonly interactionBegins: (ctx: KoaContextWithOIDC, uid: string) => void;
}

/** Cookie names; the session's is bound to the host where cookies can be (RFC 6265bis §4.1.3.2). */
const cookieNames = (secure: boolean) => ({
  session: secure ? '__Host-session' : 'session',
  interaction: 'interaction',
  resume: 'resume',
});

/** Every default of the engine that is unsafe or incomplete is set here, in words (requirements §0, fact 4). */
export function createConfiguration(deps: ConfigurationDeps): Configuration {
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true, secure: deps.secure } as const;
  return {
    adapter: deps.adapter,
    jwks: { keys: [keyAtStart(deps.keyRing)] },
    findAccount: createFindAccount(deps),
    loadExistingGrant: createLoadGrant(deps),
    cookies: {
      keys: deps.cookies,
      names: cookieNames(deps.secure),
      long: cookie,
      short: cookie,
    },
    interactions: {
      policy: createPolicy(deps),
      url(ctx, interaction) {
        deps.interactionBegins(ctx, interaction.uid);
        return `/interaction/${interaction.uid}`;
      },
    },
    ttl: createLifetimes(deps.lifetimes, deps.now),
    features: features(deps),
    ...protocol(deps),
    extraTokenClaims: (ctx, token) => tokenClaims(ctx, token, deps.memberships),
    renderError: deps.pages.error,
  };
}

type EngineKey = NonNullable<Configuration['jwks']>['keys'][number];

/** Tells the engine what ID tokens are signed by; the keys themselves it gets from `keepKeysAlive`. */
function keyAtStart(keyRing: KeyRing): EngineKey {
  const key = keyRing.signer('RS256');
  if (key === null) throw new Error('the signing keys are opened before the engine is made');
  const { id: kid, alg } = key;
  return { ...key.privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } as EngineKey;
}

/**
 * How, when and for whom somebody signed in, for resource servers that look at an access token or ask about it (RFC 9470 §6.2). One that
 * is not kept says by itself which session it is of.
 */
async function tokenClaims(
  ctx: KoaContextWithOIDC | undefined,
  token: IssuedToken,
  memberships: GrantMemberships,
): Promise<Record<string, unknown> | undefined> {
  const source = signInOf(token) ?? ctx?.oidc.entities.RefreshToken ?? ctx?.oidc.entities.AuthorizationCode;
  if (source === undefined) return undefined;
  const { resourceServer, sessionUid, accountId, grantId } = token as TokenOfPerson;
  const named = resourceServer?.accessTokenFormat === 'jwt' && sessionUid !== undefined;
  return {
    acr: source.acr,
    amr: source.amr,
    auth_time: source.authTime,
    ...(named ? { sid: lifeId(sessionUid) } : {}),
    ...organizationRights(await memberships.of(accountId, grantId)),
  };
}

interface TokenOfPerson {
  readonly accountId: string;
  readonly grantId?: string;
  readonly sessionUid?: string;
  readonly resourceServer?: ResourceServer;
}

type IssuedToken = Parameters<NonNullable<Configuration['extraTokenClaims']>>[1];

/** The engine's own registration is off: see docs/decisions/0014-registration-is-an-edge-of-our-own.md. */
const registrationAt = (endpoint: string | null): object =>
  endpoint === null ? {} : { registration_endpoint: endpoint };

/** What is on is listed in discovery and answers; everything else is off and answers 404. */
const features = ({
  issuer,
  pages,
  accounts,
  audiences,
  clients,
  memberships,
}: ConfigurationDeps): NonNullable<Configuration['features']> => ({
  devInteractions: { enabled: false },
  clientCredentials: { enabled: true },
  introspection: { enabled: true, allowedPolicy: createMayIntrospect(accounts, memberships) },
  revocation: { enabled: true, allowedPolicy: mayRevoke },
  rpInitiatedLogout: { enabled: true, logoutSource: pages.logout, postLogoutSuccessSource: pages.loggedOut },
  // The tokens go out by back-channel.ts.
  backchannelLogout: { enabled: true },
  pushedAuthorizationRequests: { enabled: true },
  userinfo: { enabled: true },
  claimsParameter: { enabled: true },
  // Not offered without a replay store that is atomic.
  dPoP: { enabled: false },
  deviceFlow: { enabled: false },
  registration: { enabled: false },
  requestObjects: { enabled: false },
  resourceIndicators: createResourceIndicators({ issuer, clients, audiences }),
  encryption: { enabled: false },
});

const protocol = ({ locales, channels, grantContexts, registrationEndpoint }: ConfigurationDeps): Configuration => ({
  // Only the code flow: no implicit, no hybrid; ID tokens for requests with a ticket, see id-token-requests.ts.
  responseTypes: ['code', 'id_token'],
  extraParams: { ticket: null, org_id: null },
  // A ticket is what PKCE is for a code: nobody but the client could begin this, and nothing else ends it.
  pkce: { required: (ctx, client) => ownMetadata(client, 'pkce_required') && !isOfTicket(ctx) },
  allowOmittingSingleRegisteredRedirectUri: false,
  acceptQueryParamAccessTokens: false,
  rotateRefreshToken: true,
  // The engine keeps the grant when an access token is revoked; a refresh on its way would outlive the revocation.
  revokeGrantPolicy: () => true,
  issueRefreshToken: async (_ctx, client, source) =>
    client.grantTypeAllowed('refresh_token') &&
    (source.scopes.has('offline_access') ||
      ownMetadata(client, 'keep_signed_in') ||
      // Who asks over an API has no scope to ask by; the contract promises one (contracts.md §4.2).
      (await grantContexts.find(source.grantId))?.byTicket === true),
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
  enabledJWA: {
    idTokenSigningAlgValues: ['RS256', 'ES256'],
    userinfoSigningAlgValues: ['RS256', 'ES256'],
  },
  subjectTypes: ['public'],
  scopes: [...OWN_SCOPES],
  claims: { ...CLAIMS_BY_SCOPE, iss: null, sid: null },
  // Claims that a scope asks for are in the ID token too: a backend that only exchanges the code has them (wish 28).
  conformIdTokenClaims: false,
  acrValues: [...assurancesWithin(channels)],
  extraClientMetadata: { properties: [...OWN_METADATA] },
  discovery: { ui_locales_supported: [...locales], ...registrationAt(registrationEndpoint) },
  clockTolerance: 15,
  clientBasedCORS: (_ctx, origin, client) =>
    origin !== 'null' && (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
  // No client of ours makes the server fetch anything; a URL that slips in fails instead of being fetched.
  fetch: async () => {
    throw new Error('outbound requests are not enabled');
  },
});
