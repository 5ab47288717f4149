import { apiResource } from './resources.ts';
import { createSignedTokens, type SignedTokenDeps } from './signed-tokens.ts';

/** What a valid access token says about the client that it was made for. */
export interface ClientToken {
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
}

/** Verifies access tokens that clients have got for themselves (RFC 6749 §4.4), for our own API. */
export interface ClientTokens {
  /** @returns null for everything else: a person's token, another audience, another key, another time */
  verify(token: string): Promise<ClientToken | null>;
}

export function createClientTokens(deps: SignedTokenDeps): ClientTokens {
  const tokens = createSignedTokens(deps);
  return {
    async verify(token) {
      const payload = await tokens.verify(token, apiResource(deps.issuer));
      // A client stands for itself; a person's token names the person, and the session (RFC 9068 §2.2, §5).
      if (payload === null || payload.sub !== payload.client_id || payload.sid !== undefined) return null;
      const { client_id: clientId, scope } = payload;
      return { clientId, scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []) };
    },
  };
}
