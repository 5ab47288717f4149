import type { Client } from '../domain/client.ts';
import { ownResource } from '../domain/resource-indicator.ts';
import type { Ticket } from '../services/tickets.ts';

/** What a client may add to a `result` on its own: nothing of it changes who is signed in to what. */
const FREE: ReadonlySet<string> = new Set(['ticket', 'state', 'ui_locales', 'response_mode']);

/** The scopes that mean something without a resource; whoever asks over an API has no need of `offline_access`. */
const STANDARD: readonly string[] = ['openid', 'profile', 'email', 'phone'];

/**
 * What a sign-in over an API is for: there is no parameter to say it by, so it is all that the client may ask for. Scopes of
 * resources only mean something together with one (RFC 8707 §2.2).
 */
export function ticketScopes(
  { scopes, accessTokenFormat }: Pick<Client, 'scopes' | 'accessTokenFormat'>,
  resource: string | null,
): string[] {
  const hasResource = resource !== null || accessTokenFormat === 'jwt';
  return scopes.filter((scope) => (hasResource ? scope !== 'offline_access' : STANDARD.includes(scope)));
}

/** The one authorization request that a ticket is good for (OpenID Connect Core §3.1.2.1, RFC 8707). */
function requestOf({ clientId, intent, responseType, scopes, nonce }: Ticket): Readonly<Record<string, string>> {
  const optional = {
    nonce,
    claims: intent.claims,
    resource: intent.resource,
    org_id: intent.organizationId,
  };
  const given = Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    client_id: clientId,
    redirect_uri: intent.redirectUri ?? '',
    response_type: responseType,
    scope: scopes.join(' '),
    ...Object.fromEntries(given),
  };
}

/** The URI that a browser goes on with once its person has proven something over an API (contracts.md §4.2). */
export const resultUrl = (issuer: string, ticket: Ticket, handle: string): string =>
  `${issuer}/auth?${new URLSearchParams({ ...requestOf(ticket), ticket: handle })}`;

/**
 * Whether a request is the one that this ticket is good for. What was asked for over the API, by the client, is not for
 * anybody to change on the way through the browser.
 *
 * @param request all parameters of the authorization request
 */
export function isRequestOf(ticket: Ticket, request: Readonly<Record<string, unknown>>): boolean {
  const expected = requestOf(ticket);
  const given = Object.entries(request).filter(([name, value]) => value !== undefined && !FREE.has(name));
  const said = given.filter(([name, value]) => name !== 'resource' || !isDefaultResource(value, ticket));
  return said.length === Object.keys(expected).length && said.every(([name, value]) => expected[name] === value);
}

/** The engine puts in whom tokens are for when nobody has said so: their client, or nobody in particular. */
const isDefaultResource = (value: unknown, { clientId }: Ticket): boolean =>
  value === ownResource(clientId) || (Array.isArray(value) && value.length === 0);
