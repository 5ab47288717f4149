import type { Provider } from 'oidc-provider';
import type { Clients } from '../../services/clients/clients.ts';
import { lifeId } from '../sessions/life.ts';
import { createSignedTokens, type SignedTokenDeps } from './signed-tokens.ts';

/** Whose access token it is, and of which session. */
export interface PersonToken {
  readonly accountId: string;
  readonly clientId: string;
  /** What the session is called in the list of its account's sessions. */
  readonly sessionId: string;
}

/** Verifies access tokens of people, of both formats, where our own API takes them. */
export interface PersonTokens {
  /** @returns null for everything else: a client's own token, an ID token, a refresh token, what has ended */
  verify(token: string): Promise<PersonToken | null>;
}

interface Deps extends SignedTokenDeps {
  readonly provider: Provider;
  readonly clients: Clients;
}

export function createPersonTokens(deps: Deps): PersonTokens {
  const tokens = createSignedTokens(deps);
  return {
    async verify(token) {
      const payload = token.includes('.') ? await tokens.verify(token) : null;
      if (payload === null) return opaque(token, deps.provider);
      const { sub, client_id: clientId, sid, aud } = payload;
      const client = await deps.clients.find(clientId);
      // A token is for its client, or for one of that client's resources (RFC 9068 §4).
      const isForClient = client !== null && [client.id, ...client.resources].some((known) => known === aud);
      if (!isForClient || sub === undefined || sub === clientId || typeof sid !== 'string') return null;
      return { accountId: sub, clientId, sessionId: sid };
    },
  };
}

/** A token that is kept here: its end is known here, too. */
async function opaque(token: string, provider: Provider): Promise<PersonToken | null> {
  const found = await provider.AccessToken.find(token);
  if (found?.clientId === undefined || found.sessionUid === undefined) return null;
  return { accountId: found.accountId, clientId: found.clientId, sessionId: lifeId(found.sessionUid) };
}
