import { type Configuration, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import type { Client } from '../../domain/client.ts';
import { type Resource, scopesAt } from '../../domain/resource.ts';
import { ownResource } from '../../domain/resource-indicator.ts';
import type { Audiences } from '../../services/clients/audiences.ts';
import type { Clients } from '../../services/clients/clients.ts';

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

/** The audience of access tokens that clients get for our own API (RFC 8707). */
export const apiResource = (issuer: string): string => `${issuer}/v1`;

interface Deps {
  readonly issuer: string;
  readonly clients: Clients;
  readonly audiences: Audiences;
}

/**
 * Whom access tokens are for, and in which format (RFC 8707, RFC 9068):
 * - our API: only clients for themselves, who have permissions; their scope is their permissions. Always a JWT.
 * - what an administrator lists for the client: as the resource is registered, else in the client's format;
 * - the client itself, without being asked, when its format is `jwt`.
 * Everything else is `invalid_target`, and a client of the format `opaque` that asks for nothing gets what it always got.
 */
export const createResourceIndicators = (deps: Deps): ResourceIndicators => ({
  enabled: true,
  // A code or refresh token remembers what it was asked for; a request need not repeat it.
  useGrantedResource: () => true,
  async defaultResource(ctx, client, oneOf) {
    if (oneOf !== undefined) return oneOf;
    const record = await deps.clients.find(client.clientId);
    if (record === null) return [];
    if (asksForItself(ctx) && record.permissions.length > 0) return apiResource(deps.issuer);
    return record.accessTokenFormat === 'jwt' ? ownResource(record.id) : [];
  },
  async getResourceServerInfo(ctx, resource, client) {
    const record = await deps.clients.find(client.clientId);
    if (record === null) throw new errors.InvalidTarget();
    if (resource === apiResource(deps.issuer)) return ourApi(ctx, record);
    return serverOf(record, resource, deps.audiences);
  },
});

/** A client that asks in nobody's name (RFC 6749 §4.4). */
const asksForItself = ({ oidc }: KoaContextWithOIDC): boolean =>
  oidc.route === 'token' && oidc.params?.grant_type === 'client_credentials';

/** @throws errors.InvalidTarget for people's tokens, and for clients that may do nothing */
function ourApi(ctx: KoaContextWithOIDC, { permissions }: Client): ResourceServer {
  const { params } = ctx.oidc;
  if (!asksForItself(ctx) || permissions.length === 0 || params === undefined) throw new errors.InvalidTarget();
  const scope = permissions.join(' ');
  // The engine grants what was asked for; whoever asks for nothing in particular gets all that there is (RFC 6749 §3.3).
  params.scope ??= scope;
  return { scope, accessTokenFormat: 'jwt', jwt: SIGNED };
}

/** @throws errors.InvalidTarget for what no administrator has listed */
async function serverOf(client: Client, resource: string, audiences: Audiences): Promise<ResourceServer> {
  const { accessTokenFormat } = client;
  const signed = accessTokenFormat === 'jwt' ? { jwt: SIGNED } : {};
  const scope = client.scopes.join(' ');
  if (resource === ownResource(client.id)) return { scope, audience: client.id, accessTokenFormat, ...signed };
  if (!client.resources.includes(resource)) throw new errors.InvalidTarget();
  const registered = await audiences.find(resource);
  if (registered === null) return { scope, audience: resource, accessTokenFormat, ...signed };
  return registeredServer(registered, client);
}

/** What its administrators have decided goes before what they have decided about clients. */
function registeredServer(resource: Resource, client: Client): ResourceServer {
  const { audience, accessTokenFormat, signingAlg, accessTokenSeconds } = resource;
  return {
    scope: scopesAt(resource, client).join(' '),
    audience,
    accessTokenFormat,
    ...(accessTokenSeconds === null ? {} : { accessTokenTTL: accessTokenSeconds }),
    ...(accessTokenFormat === 'jwt' ? { jwt: { sign: { alg: signingAlg } } } : {}),
  };
}

/** Whom an access token is for. */
export interface Audience {
  readonly resource: string;
  readonly server: ResourceServer;
}

/**
 * Whom an access token is for that is made without a request of the engine, by the same rules.
 *
 * @param asked null when nothing was asked for
 * @returns null when it is for nobody in particular
 * @throws errors.InvalidTarget for what no administrator has listed
 */
export async function audienceFor(
  client: Client,
  asked: string | null,
  audiences: Audiences,
): Promise<Audience | null> {
  const resource = asked ?? (client.accessTokenFormat === 'jwt' ? ownResource(client.id) : null);
  return resource === null ? null : { resource, server: await serverOf(client, resource, audiences) };
}

/** What every resource server verifies (RFC 9068 §2.1). */
const SIGNED = { sign: { alg: 'RS256' } } as const;
