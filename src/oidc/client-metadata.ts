import type { AdapterPayload, ClientMetadata } from 'oidc-provider';
import { type Client, isPublic, USUAL_LIFETIMES } from '../domain/client.ts';
import type { Clients } from '../services/clients/clients.ts';
import { digestOf } from '../services/vault.ts';
import { OWN_SCOPES } from './accounts.ts';

const FLAGS = ['first_party', 'unverified', 'pkce_required', 'keep_signed_in', 'id_tokens'] as const;

/** What our record knows beyond the standard; the engine carries it along unchanged. */
export const OWN_METADATA = [...FLAGS, 'token_rules'] as const;

/** Reads one of our own properties from the engine's client. */
export const ownMetadata = (client: object, name: (typeof FLAGS)[number]): boolean =>
  (client as Readonly<Record<string, unknown>>)[name] === true;

type TokenRules = Pick<Client, 'lifetimes' | 'claims'>;

/** How long the tokens of the engine's client live, and what they say in its own words. */
export const tokenRulesOf = (client: object | undefined): TokenRules =>
  (client as { readonly token_rules?: TokenRules } | undefined)?.token_rules ?? USUAL_RULES;

const USUAL_RULES: TokenRules = { lifetimes: USUAL_LIFETIMES, claims: {} };

/** Our record in the words of OpenID Connect Dynamic Client Registration §2. */
function metadataOf(client: Client): ClientMetadata {
  const confidential = !isPublic(client);
  const codes = client.grantTypes.includes('authorization_code');
  const ownScopes = client.scopes.filter((scope) => OWN_SCOPES.includes(scope));
  return {
    client_id: client.id,
    client_name: client.name,
    application_type: client.type === 'native' ? 'native' : 'web',
    token_endpoint_auth_method: confidential ? 'client_secret_basic' : 'none',
    // Stands for the secrets, which nobody can read; it changes with them, so that the engine drops its copy of the client.
    ...(confidential ? { client_secret: digestOf(JSON.stringify(client.secrets)) } : {}),
    redirect_uris: codes ? [...client.redirectUris] : [],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    grant_types: [...client.grantTypes],
    response_types: codes ? ['code'] : [],
    id_token_signed_response_alg: 'RS256',
    first_party: client.firstParty,
    unverified: client.source === 'registration',
    pkce_required: client.pkceRequired,
    keep_signed_in: client.keepSignedIn,
    id_tokens: client.permissions.includes('id_token'),
    token_rules: { lifetimes: client.lifetimes, claims: client.claims } satisfies TokenRules,
    ...optional('scope', ownScopes.length === 0 ? null : ownScopes.join(' ')),
    ...backchannelOf(client),
    ...optional('logo_uri', client.logoUri),
    ...optional('client_uri', client.clientUri),
    ...optional('policy_uri', client.policyUri),
    ...optional('tos_uri', client.tosUri),
    ...optional('initiate_login_uri', client.initiateLoginUri),
  };
}

/** Who is told of logouts is told of which session (OpenID Connect Back-Channel Logout §2.2). */
const backchannelOf = ({ backchannelLogoutUri: uri }: Client): Partial<ClientMetadata> =>
  uri === null ? {} : { backchannel_logout_uri: uri, backchannel_logout_session_required: true };

const optional = (name: string, value: string | null): Record<string, string> =>
  value === null ? {} : { [name]: value };

/** The engine reads clients through this; it never writes them (references 1.2). */
export const createClientAdapter = (clients: Clients) => ({
  async find(id: string): Promise<AdapterPayload | undefined> {
    const client = await clients.find(id);
    return client === null ? undefined : (metadataOf(client) as AdapterPayload);
  },
  upsert: readOnly,
  consume: readOnly,
  destroy: readOnly,
  revokeByGrantId: readOnly,
  findByUid: readOnly,
  findByUserCode: readOnly,
});

async function readOnly(): Promise<undefined> {
  throw new Error('clients are changed by the clients service, not by the engine');
}
