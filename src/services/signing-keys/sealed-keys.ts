import { createPrivateKey, createPublicKey } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { SigningAlgorithm } from '../../domain/signing-key.ts';
import type { StoredKey } from '../../ports/store/installation.ts';
import type { Vault } from '../vault.ts';
import type { OpenedKey } from './key-ring.ts';

const context = (id: string): string => `signing-key:${id}`;

/** Bits of an RSA modulus (RFC 7518 §3.3: at least so many). */
const MODULUS_BITS = 2048;

/** Makes the private part of a key, sealed for the store. */
export async function makeSealed(vault: Vault, id: string, alg: SigningAlgorithm): Promise<string> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: MODULUS_BITS });
  const jwk: JWK = { ...(await exportJWK(privateKey)), kid: id, alg, use: 'sig' };
  return vault.seal(JSON.stringify(jwk), context(id));
}

/** @returns null when it was sealed under a secret that is not listed */
export function openKey(vault: Vault, { id, alg, sealed }: StoredKey): OpenedKey | null {
  const text = vault.open(sealed, context(id));
  if (text === null) return null;
  const privateKey = createPrivateKey({ key: JSON.parse(text), format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  return {
    id,
    alg,
    privateKey,
    publicKey,
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid: id, alg, use: 'sig' },
  };
}

/** @returns the same under the newest secret; null when it is under that already, or under none that is listed */
export function sealedAnew(vault: Vault, { id, sealed }: StoredKey): string | null {
  if (vault.isFresh(sealed)) return null;
  const text = vault.open(sealed, context(id));
  return text === null ? null : vault.seal(text, context(id));
}
