import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { StoredKey } from '../ports/store/installation.ts';
import type { Store } from '../ports/store.ts';
import type { Audit } from './audit.ts';
import type { Vault } from './vault.ts';

export interface Keys {
  /**
   * The private signing keys of this installation, the active one first; created on the first start.
   * @throws Error when a key was sealed under a secret that is no longer listed in `SECRET`
   */
  signingKeys(): Promise<JWK[]>;
}

/** Every relying party verifies RS256; it is what OpenID Connect Core §15.1 makes mandatory. */
const ALGORITHM = 'RS256';

export function createKeys(deps: { store: Store; vault: Vault; clock: Clock; random: Random; audit: Audit }): Keys {
  return {
    async signingKeys() {
      let stored = await deps.store.keys.list();
      if (!stored.some(({ state }) => state === 'active')) {
        if (await deps.store.keys.createFirst(await generate(deps))) deps.audit.record({ type: 'key.created' });
        stored = await deps.store.keys.list();
      }
      await resealStale(deps, stored);
      return [...stored]
        .sort((left, right) => Number(right.state === 'active') - Number(left.state === 'active'))
        .map((key) => unseal(deps.vault, key));
    },
  };
}

/** After a rotation of `SECRET` the former one is not needed for keys any more once a server has started. */
async function resealStale(
  { store, vault }: { store: Store; vault: Vault },
  keys: readonly StoredKey[],
): Promise<void> {
  for (const key of keys) {
    if (vault.isFresh(key.sealed)) continue;
    const text = JSON.stringify(unseal(vault, key));
    await store.keys.reseal(key.id, vault.seal(text, context(key.id)));
  }
}

const context = (id: string): string => `signing-key:${id}`;

async function generate(deps: { vault: Vault; clock: Clock; random: Random }): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true, modulusLength: 2048 });
  const id = deps.random.id();
  const jwk: JWK = { ...(await exportJWK(privateKey)), kid: id, alg: ALGORITHM, use: 'sig' };
  return {
    id,
    alg: ALGORITHM,
    sealed: deps.vault.seal(JSON.stringify(jwk), context(id)),
    state: 'active',
    createdAt: deps.clock.now(),
  };
}

function unseal(vault: Vault, key: StoredKey): JWK {
  const text = vault.open(key.sealed, context(key.id));
  if (text === null) {
    throw new Error(
      'a signing key in the store was sealed under a SECRET that is not listed; put the former one back, after the new one',
    );
  }
  return JSON.parse(text) as JWK;
}
