import { isPublished, type SigningAlgorithm, scheduleOf } from '../../domain/signing-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { StoredKey } from '../../ports/store/installation.ts';
import type { Store } from '../../ports/store.ts';
import type { Audit } from '../trail/audit.ts';
import type { Vault } from '../vault.ts';
import { createKeyRing, type KeyRing, type OpenedKey } from './key-ring.ts';
import { openKey, sealedAnew } from './sealed-keys.ts';

export interface StoredKeysDeps {
  readonly store: Pick<Store, 'keys'>;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
  readonly log: Log;
}

/** The keys of the store, and of them what this server has in memory. */
export interface StoredKeys {
  readonly ring: KeyRing;
  /** Reads all keys into the ring, and seals those anew that a former secret has sealed. */
  read(): Promise<StoredKey[]>;
  /** @throws Error when one that is published was sealed under a secret that is no longer listed in `SECRET` */
  requireAll(keys: readonly StoredKey[]): void;
}

export function createStoredKeys({ store, vault, clock, log }: StoredKeysDeps): StoredKeys {
  const ring = createKeyRing(clock);
  const open = createOpening(vault, log);
  let opened: ReadonlyMap<string, OpenedKey> = new Map();

  const readOnce = async (): Promise<StoredKey[]> => {
    const keys = await store.keys.list();
    opened = open(keys);
    ring.put(keys, opened);
    for (const key of keys) {
      const sealed = sealedAnew(vault, key);
      // After a rotation of `SECRET` the former one is not needed for keys any more once a server has started.
      if (sealed !== null) await store.keys.reseal(key.id, sealed);
    }
    return keys;
  };

  // One after the other: what was read earlier never takes the place of what was read later.
  let reading: Promise<unknown> = Promise.resolve();
  return {
    ring,
    read() {
      const next = reading.then(readOnce);
      reading = next.catch(() => undefined);
      return next;
    },
    requireAll(keys) {
      const now = clock.now();
      const published = scheduleOf(keys).filter((scheduled) => isPublished(scheduled, now));
      if (published.every(({ key }) => opened.has(key.id))) return;
      throw new Error(
        'a signing key in the store was sealed under a SECRET that is not listed; put the former one back, after the new one',
      );
    },
  };
}

/** What was opened once stays open, also when another node has sealed it under a secret that is not known here yet. */
function createOpening(vault: Vault, log: Log): (keys: readonly StoredKey[]) => ReadonlyMap<string, OpenedKey> {
  let opened: ReadonlyMap<string, OpenedKey> = new Map();
  const told = new Set<string>();
  const open = (key: StoredKey): OpenedKey | null => {
    const found = opened.get(key.id) ?? openKey(vault, key);
    if (found === null && !told.has(key.id)) {
      told.add(key.id);
      log.error({ key: key.id }, 'a signing key was sealed under a SECRET that is not listed');
    }
    return found;
  };
  return (keys) => {
    const found = keys.map(open).filter((key) => key !== null);
    opened = new Map(found.map((key) => [key.id, key]));
    return opened;
  };
}

/** The keys of one algorithm. */
export const keysOf = (keys: readonly StoredKey[], alg: SigningAlgorithm): StoredKey[] =>
  keys.filter((key) => key.alg === alg);
