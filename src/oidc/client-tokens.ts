import { createPublicKey, type KeyObject } from 'node:crypto';
import { errors, type JWK, jwtVerify } from 'jose';
import type { Clock } from '../ports/clock.ts';
import { apiResource } from './resources.ts';

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

/** Seconds that clocks may differ by. */
const TOLERANCE_SECONDS = 15;

export function createClientTokens(deps: { issuer: string; signingKeys: readonly JWK[]; clock: Clock }): ClientTokens {
  // Nothing but these keys is ever asked: what a token says about where its key is, is not read.
  const keys = new Map(deps.signingKeys.map((jwk) => [jwk.kid, publicKeyOf(jwk)]));
  const keyOf = ({ kid }: { kid?: string }): KeyObject => {
    const key = keys.get(kid);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key;
  };
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          algorithms: ['RS256'],
          typ: 'at+jwt',
          issuer: deps.issuer,
          audience: apiResource(deps.issuer),
          clockTolerance: TOLERANCE_SECONDS,
          currentDate: new Date(deps.clock.now()),
          requiredClaims: ['exp', 'sub', 'client_id', 'jti'],
        });
        const { sub, client_id: clientId, scope, sid } = payload;
        // A client stands for itself; a person's token names the person, and the session (RFC 9068 §2.2, §5).
        if (typeof clientId !== 'string' || sub !== clientId || sid !== undefined) return null;
        return { clientId, scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []) };
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}

/** Only the public half: a private key cannot be taken for a verifying one by mistake. */
const publicKeyOf = ({ kty = '', n = '', e = '' }: JWK): KeyObject =>
  createPublicKey({ key: { kty, n, e }, format: 'jwk' });
