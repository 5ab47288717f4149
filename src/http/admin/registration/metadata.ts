import { z } from 'zod';
import { clientRegistration, clientRegistrationShape, GRANTS, STANDARD_SCOPES } from '../../../config/schema/client.ts';
import { type Client, type ClientType, isPublic } from '../../../domain/client.ts';
import type { ClientFields } from '../../../services/clients/client-registry.ts';
import { RegistrationFault } from './fault.ts';

/** What we know of the metadata of RFC 7591 §2 and OpenID Connect Dynamic Client Registration §2; the rest is ignored. */
const metadataSchema = z.object({
  redirect_uris: z.array(z.string()).default([]),
  token_endpoint_auth_method: z.enum(['client_secret_basic', 'client_secret_post', 'none']).optional(),
  grant_types: z.array(z.enum(GRANTS)).min(1).default(['authorization_code']),
  response_types: z.array(z.literal('code')).optional(),
  application_type: z.enum(['web', 'native']).optional(),
  client_name: z.string().optional(),
  client_uri: z.string().optional(),
  logo_uri: z.string().optional(),
  scope: z.string().max(1000).optional(),
  tos_uri: z.string().optional(),
  policy_uri: z.string().optional(),
  initiate_login_uri: z.string().optional(),
  post_logout_redirect_uris: z.array(z.string()).default([]),
  backchannel_logout_uri: z.string().optional(),
});

type Metadata = z.output<typeof metadataSchema>;

/** Their name of each of our fields that can be wrong. */
const NAMES: Readonly<Record<string, string>> = {
  redirectUris: 'redirect_uris',
  postLogoutRedirectUris: 'post_logout_redirect_uris',
  grantTypes: 'grant_types',
  scopes: 'scope',
  name: 'client_name',
  logoUri: 'logo_uri',
  clientUri: 'client_uri',
  policyUri: 'policy_uri',
  tosUri: 'tos_uri',
  initiateLoginUri: 'initiate_login_uri',
  backchannelLogoutUri: 'backchannel_logout_uri',
};

/**
 * The fields of a client as it asks for them itself, by the rules of all others.
 *
 * @param present the client as it is, whose other fields stay; null for a new one
 * @throws RegistrationFault
 */
export function fieldsOf(body: Readonly<Record<string, unknown>>, present: Client | null): ClientFields {
  if (body.software_statement !== undefined) {
    throw new RegistrationFault('unapproved_software_statement', ['software statements are not taken']);
  }
  // A name without a value is as good as none (RFC 7592 §2.2).
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const metadata = checked(metadataSchema, given);
  const type = typeOf(metadata);
  if (present !== null && present.type !== type) {
    throw new RegistrationFault('invalid_client_metadata', [
      `this would be a client of type ${type}, and it is one of type ${present.type}: register another one`,
    ]);
  }
  return checked(clientRegistration, { ...keptOf(present), ...askedBy(metadata, type) });
}

const askedBy = (metadata: Metadata, type: ClientType) => ({
  type,
  name: metadata.client_name ?? nameFrom(metadata.redirect_uris[0]),
  redirectUris: metadata.redirect_uris,
  postLogoutRedirectUris: metadata.post_logout_redirect_uris,
  grantTypes: metadata.grant_types,
  scopes: type === 'machine' ? [] : scopesOf(metadata.scope),
  logoUri: metadata.logo_uri ?? null,
  clientUri: metadata.client_uri ?? null,
  policyUri: metadata.policy_uri ?? null,
  tosUri: metadata.tos_uri ?? null,
  initiateLoginUri: metadata.initiate_login_uri ?? null,
  backchannelLogoutUri: metadata.backchannel_logout_uri ?? null,
});

/** Where it leads says most about an application without a name. */
const nameFrom = (redirectUri = ''): string => URL.parse(redirectUri)?.host.slice(0, 100) || 'Application';

/** What administrators have decided of a client is not for it to change. */
function keptOf(present: Client | null): object {
  if (present === null) return {};
  const known = new Set(Object.keys(clientRegistrationShape));
  return Object.fromEntries(Object.entries(present).filter(([name]) => known.has(name)));
}

/** Those of people; what belongs to an API is given by administrators. Others are left out (RFC 7591 §3.2.1). */
const scopesOf = (scope: string | undefined): string[] =>
  scope === undefined ? STANDARD_SCOPES : STANDARD_SCOPES.filter((name) => scope.split(' ').includes(name));

const onThisMachine = (uri: string): boolean => !uri.toLowerCase().startsWith('https:');

/** Many say no `application_type`; then their redirect URIs do, which only native applications can have. */
function typeOf({ token_endpoint_auth_method: method, application_type, grant_types, redirect_uris }: Metadata) {
  const local = redirect_uris.length > 0 && redirect_uris.every(onThisMachine);
  const native = application_type === 'native' || (application_type === undefined && method === 'none' && local);
  if (native && method !== undefined && method !== 'none') {
    throw new RegistrationFault('invalid_client_metadata', [
      'token_endpoint_auth_method: a native application keeps no secret; ask for none (RFC 8252 §8.4)',
    ]);
  }
  if (native) return 'native';
  if (method === 'none') return 'spa';
  return grant_types.every((grant) => grant === 'client_credentials') ? 'machine' : 'web';
}

/** @throws RegistrationFault with each thing that is wrong, by their names */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const ofRedirectUris = issues.every(({ path }) => /^redirect_?uris$/i.test(String(path[0])));
  const lines = issues.map(({ path: [first, ...rest], message }) =>
    first === undefined ? message : `${[NAMES[String(first)] ?? first, ...rest].map(String).join('.')}: ${message}`,
  );
  throw new RegistrationFault(ofRedirectUris ? 'invalid_redirect_uri' : 'invalid_client_metadata', lines);
}

/** A client in the words of the standards: what is registered, and nothing that administrators keep to themselves. */
export const metadataOf = (client: Client): Record<string, unknown> => ({
  client_id: client.id,
  client_id_issued_at: Math.floor(client.createdAt / 1000),
  client_name: client.name,
  application_type: client.type === 'native' ? 'native' : 'web',
  token_endpoint_auth_method: isPublic(client) ? 'none' : 'client_secret_basic',
  grant_types: client.grantTypes,
  response_types: client.grantTypes.includes('authorization_code') ? ['code'] : [],
  redirect_uris: client.redirectUris,
  post_logout_redirect_uris: client.postLogoutRedirectUris,
  scope: client.scopes.join(' '),
  ...named('client_uri', client.clientUri),
  ...named('logo_uri', client.logoUri),
  ...named('policy_uri', client.policyUri),
  ...named('tos_uri', client.tosUri),
  ...named('initiate_login_uri', client.initiateLoginUri),
  ...named('backchannel_logout_uri', client.backchannelLogoutUri),
});

const named = (name: string, value: string | null): object => (value === null ? {} : { [name]: value });
