import { type Configuration, errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import type { Client } from '../../domain/client.ts';
import { ownResource } from '../../domain/resource-indicator.ts';
import type { Clients } from '../../services/clients.ts';

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

/** The audience of access tokens that clients get for our own API (RFC 8707). */
export const apiResource = (issuer: string): string => `${issuer}/v1`;

/**
 * Whom access tokens are for, and in which format (RFC 8707, RFC 9068):
 * - our API: only clients for themselves, who have permissions; their scope is their permissions. Always a JWT.
 * - what an administrator lists for the client, in the client's format;
 * - the client itself, without being asked, when its format is `jwt`.
 * Everything else is `invalid_target`, and a client of the format `opaque` that asks for nothing gets what it always got.
 */
export const createResourceIndicators = (deps: { issuer: string; clients: Clients }): ResourceIndicators => ({
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
    return serverOf(record, resource);
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
function serverOf(client: Client, resource: string): ResourceServer {
  const own = resource === ownResource(client.id);
  if (!own && !client.resources.includes(resource)) throw new errors.InvalidTarget();
  return {
    scope: client.scopes.join(' '),
    audience: own ? client.id : resource,
    accessTokenFormat: client.accessTokenFormat,
    ...(client.accessTokenFormat === 'jwt' ? { jwt: SIGNED } : {}),
  };
}

/**
 * Whom an access token is for that is made without a request of the engine, by the same rules.
 *
 * @param asked null when nothing was asked for
 * @returns null when it is for nobody in particular
 * @throws errors.InvalidTarget for what no administrator has listed
 */
export function audienceFor(
  client: Client,
  asked: string | null,
): { readonly resource: string; readonly server: ResourceServer } | null {
  const resource = asked ?? (client.accessTokenFormat === 'jwt' ? ownResource(client.id) : null);
  return resource === null ? null : { resource, server: serverOf(client, resource) };
}

/** What every resource server verifies (RFC 9068 §2.1). */
const SIGNED = { sign: { alg: 'RS256' } } as const;
