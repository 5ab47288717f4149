import type { Provider } from 'oidc-provider';
import { type EngineKeystore, get as engineStateOf } from 'oidc-provider/lib/helpers/weak_cache.js';
import { SIGNING_ALGORITHMS } from '../../domain/signing-key.ts';
import type { KeyRing, OpenedKey } from '../../services/signing-keys/key-ring.ts';

/**
 * Puts the living keys in the place of those that the engine has read at its construction, for everything it signs, verifies and
 * publishes. It would know a new key after a restart only (panva/node-oidc-provider#651).
 *
 * @throws Error when the engine keeps its keys in another way than the release this was written for
 */
export function keepKeysAlive(provider: Provider, ring: KeyRing): void {
  const state = engineStateOf(provider);
  const { selectForSign, selectForVerify, getKeyObject } = (state?.keystore ?? {}) as Partial<EngineKeystore>;
  const known = [selectForSign, selectForVerify, getKeyObject].every((method) => typeof method === 'function');
  if (state === undefined || !known || !Array.isArray(state.jwks?.keys)) {
    throw new Error('this release of oidc-provider keeps its keys in another way');
  }
  state.keystore = keystoreOf(ring);
  state.jwks = {
    get keys() {
      return ring.published();
    },
  };
}

/** What the engine gets when it selects a key, and gives back to have the key itself. */
interface Selected {
  readonly kid: string;
  readonly key: OpenedKey;
}

const selected = (key: OpenedKey | null): Selected[] => (key === null ? [] : [{ kid: key.id, key }]);

const keystoreOf = (ring: KeyRing): EngineKeystore => ({
  selectForSign({ alg }) {
    const known = SIGNING_ALGORITHMS.find((one) => one === alg);
    return selected(known === undefined ? null : ring.signer(known));
  },
  // The engine verifies nothing by its keystore but ID tokens as a hint, whose sign-in may be long ago.
  selectForVerify: ({ alg, kid }) => selected(ring.remembered(kid, alg)),
  getKeyObject(chosen, isPublic) {
    const { key } = chosen as Selected;
    return isPublic === true ? key.publicKey : key.privateKey;
  },
});
