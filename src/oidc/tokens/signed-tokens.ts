import type { KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { SIGNING_ALGORITHMS } from '../../domain/signing-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyRing } from '../../services/signing-keys/key-ring.ts';

export interface SignedTokenDeps {
  readonly issuer: string;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}

/** Verifies access tokens that this server has signed (RFC 9068 §4). */
export interface SignedTokens {
  /**
   * What a token says of whom it was made for, and by whom it may be used; null for one of another kind, key or time.
   *
   * @param audience whom it has to be for; undefined when its reader looks at that by itself
   */
  verify(token: string, audience?: string): Promise<(JWTPayload & { readonly client_id: string }) | null>;
}

/** Seconds that clocks may differ by. */
const TOLERANCE_SECONDS = 15;

export function createSignedTokens(deps: SignedTokenDeps): SignedTokens {
  // Nothing but our keys is ever asked: what a token says about where its key is, is not read.
  const keyOf = ({ kid, alg }: { kid?: string; alg?: string }): KeyObject => {
    const key = deps.keyRing.verifier(kid, alg);
    if (key === null) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  };
  return {
    async verify(token, audience) {
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          algorithms: [...SIGNING_ALGORITHMS],
          typ: 'at+jwt',
          issuer: deps.issuer,
          ...(audience === undefined ? {} : { audience }),
          clockTolerance: TOLERANCE_SECONDS,
          currentDate: new Date(deps.clock.now()),
          requiredClaims: ['aud', 'exp', 'sub', 'client_id', 'jti'],
        });
        const { client_id: clientId } = payload;
        return typeof clientId === 'string' ? { ...payload, client_id: clientId } : null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
