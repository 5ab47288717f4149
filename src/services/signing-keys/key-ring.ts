import type { KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import {
  isPublished,
  isRemembered,
  type ScheduledKey,
  type SigningAlgorithm,
  type SigningKey,
  scheduleOf,
  signerOf,
} from '../../domain/signing-key.ts';
import type { Clock } from '../../ports/clock.ts';

/** A key that this server could open. */
export interface OpenedKey {
  readonly id: string;
  readonly alg: SigningAlgorithm;
  readonly privateKey: KeyObject;
  /** Only the public half: a private key cannot be taken for a verifying one by mistake. */
  readonly publicKey: KeyObject;
  /** As it is published (RFC 7517 §4). */
  readonly publicJwk: JWK;
}

/**
 * The signing keys as whoever signs and verifies sees them. Each answer is by the clock of that moment: a key that is not
 * published yet, and one that has retired, is never the signer, whenever the store was read.
 */
export interface KeyRing {
  /**
   * The one key that signs now.
   * @throws Error when it is sealed under a secret that this server does not have; no other one takes its place
   */
  signer(alg: SigningAlgorithm): OpenedKey | null;
  /** What is published now, as it is published. */
  published(): JWK[];
  /** The published key of this id and algorithm; null when there is none. */
  verifier(id: string | undefined, alg: string | undefined): OpenedKey | null;
  /** The same, and those that have signed sign-ins which may still be alive (RP-Initiated Logout §4). */
  remembered(id: string | undefined, alg: string | undefined): OpenedKey | null;
}

/** A ring whose keys are put in anew whenever the store was read. */
export interface LiveKeyRing extends KeyRing {
  put(records: readonly SigningKey[], opened: ReadonlyMap<string, OpenedKey>): void;
}

export function createKeyRing(clock: Clock): LiveKeyRing {
  let schedule: readonly ScheduledKey[] = [];
  let opened: ReadonlyMap<string, OpenedKey> = new Map();

  const openedWhere = (holds: (scheduled: ScheduledKey, at: number) => boolean): OpenedKey[] => {
    const at = clock.now();
    return schedule
      .filter((scheduled) => holds(scheduled, at))
      .map(({ key }) => opened.get(key.id))
      .filter((key) => key !== undefined);
  };
  const named = (keys: readonly OpenedKey[], id: string | undefined, alg: string | undefined): OpenedKey | null =>
    keys.find((key) => key.id === id && key.alg === alg) ?? null;

  return {
    put(records, keys) {
      schedule = scheduleOf(records);
      opened = keys;
    },
    signer(alg) {
      const record = signerOf(schedule, alg, clock.now());
      if (record === null) return null;
      const key = opened.get(record.id);
      if (key === undefined)
        throw new Error(`the ${alg} key that signs now was sealed under a SECRET that is not listed`);
      return key;
    },
    published: () => openedWhere(isPublished).map(({ publicJwk }) => publicJwk),
    verifier: (id, alg) => named(openedWhere(isPublished), id, alg),
    remembered: (id, alg) => named(openedWhere(isRemembered), id, alg),
  };
}
