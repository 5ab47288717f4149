import { Problem } from '../../domain/errors.ts';
import {
  beginningOf,
  type KeyState,
  type ScheduledKey,
  type SigningAlgorithm,
  scheduleOf,
  signerOf,
  stateOf,
} from '../../domain/signing-key.ts';
import type { StoredKey } from '../../ports/store/installation.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { KeyRing } from './key-ring.ts';
import { createKeyTrail, type KeyTrail } from './key-trail.ts';
import { makeSealed } from './sealed-keys.ts';
import { createStoredKeys, keysOf, type StoredKeys, type StoredKeysDeps } from './stored-keys.ts';

/** A key as administrators see it; nothing private is in it. All times in milliseconds since the epoch. */
export interface ShownKey {
  readonly id: string;
  readonly alg: SigningAlgorithm;
  readonly state: KeyState;
  /** Published from then on. */
  readonly createdAt: number;
  /** Signs from then on. */
  readonly activeFrom: number;
  /** Signs until then; null as long as no successor is known. */
  readonly retiresAt: number | null;
  /** Published until then; null as long as no successor is known. */
  readonly removedAt: number | null;
  /** True when it is void: nothing it has signed counts. */
  readonly withdrawn: boolean;
}

/** How keys are replaced. */
export interface KeyRules {
  /** Seconds for which a key is published before it signs. */
  readonly publishSeconds: number;
  /** Days after which the server replaces a key by itself; null: never. */
  readonly rotationDays: number | null;
}

/** The signing keys of this installation. */
export interface SigningKeys {
  /** What signs and verifies by them. */
  readonly ring: KeyRing;
  readonly rules: KeyRules;
  /**
   * Reads the keys at a start, and makes the first one.
   * @throws Error when a key was sealed under a secret that is no longer listed in `SECRET`
   */
  open(): Promise<void>;
  /** Reads again what other nodes may have changed. @returns false: there is never more to do at once */
  refresh(): Promise<boolean>;
  /** Sees to it that there is a key of an algorithm, and that this node knows it. The first one signs at once. */
  ensure(alg: SigningAlgorithm): Promise<void>;
  /** All that are not forgotten, by algorithm, in the order in which they sign. */
  list(): Promise<ShownKey[]>;
  /**
   * Makes a successor. It is published at once and signs later; then the former one retires, and is removed when nothing that
   * it has signed is valid any more. Immediately is for a key that somebody else may have: the new one signs at once, and
   * everything signed by former ones of its algorithm is void at once.
   *
   * @param alg null replaces the keys of all algorithms there are
   * @param by null when the server does it by itself
   * @returns the new keys
   * @throws Problem when there is none: `key_waiting` when a successor waits already, `version_conflict` when somebody else was faster, `not_found`
   * where there is no key of the algorithm
   */
  rotate(
    alg: SigningAlgorithm | null,
    how: { readonly immediately: boolean },
    by: AdminActor | null,
  ): Promise<ShownKey[]>;
  /**
   * Withdraws a key that does not sign: what it has signed is void at once.
   * @throws Problem `not_found`, `key_in_use` for the one that signs
   */
  retire(id: string, by: AdminActor): Promise<void>;
  /** Does what is due by the clock: a rotation, the audit trail, forgetting. @returns false: there is never more to do at once */
  upkeep(): Promise<boolean>;
}

/** Every relying party verifies it; it is what OpenID Connect Core §15.1 makes mandatory. */
const ALWAYS: SigningAlgorithm = 'RS256';

const DAY_MS = 86_400_000;

type SigningKeysDeps = StoredKeysDeps & { readonly rules: KeyRules };

export function createSigningKeys(deps: SigningKeysDeps): SigningKeys {
  const stored = createStoredKeys(deps);

  const parts: Parts = { ...deps, stored, trail: createKeyTrail(deps) };
  return {
    ring: stored.ring,
    rules: deps.rules,
    async open() {
      const keys = await stored.read();
      stored.requireAll(keys);
      await ensure(ALWAYS, parts);
    },
    async refresh() {
      await stored.read();
      return false;
    },
    ensure: (alg) => ensure(alg, parts),
    list: async () => shownKeys(await stored.read(), deps.clock.now()),
    async rotate(alg, { immediately }, by) {
      const there = new Set((await stored.read()).map((key) => key.alg));
      const made: (ShownKey | NoSuccessor)[] = [];
      for (const one of there) if (alg === null || alg === one) made.push(await succeed(one, immediately, by, parts));
      const keys = made.filter((one) => typeof one !== 'string');
      if (keys.length === 0) throw new Problem(made.find((one) => typeof one === 'string') ?? 'not_found');
      return keys;
    },
    retire: (id, by) => retire(id, by, parts),
    upkeep: () => doWhatIsDue(parts),
  };
}

type Parts = SigningKeysDeps & { readonly stored: StoredKeys; readonly trail: KeyTrail };

/** Why there is no new key: one waits already, or somebody else was faster. */
type NoSuccessor = 'key_waiting' | 'version_conflict';

async function succeed(
  alg: SigningAlgorithm,
  immediately: boolean,
  by: AdminActor | null,
  deps: Parts,
): Promise<ShownKey | NoSuccessor> {
  const { store, vault, clock, random, stored, trail, rules } = deps;
  const former = keysOf(await stored.read(), alg);
  const how = { publishSeconds: rules.publishSeconds, replacesLeaked: immediately };
  const beginning = beginningOf(former, clock.now(), how);
  if (beginning === null) return 'key_waiting';
  const id = random.id();
  const sealed = await makeSealed(vault, id, alg);
  const made: StoredKey = { ...beginning, id, alg, sealed, noted: 'next', withdrawnAt: null };
  if (!(await store.keys.create(made))) return 'version_conflict';
  trail.created(made, by);
  const keys = await stored.read();
  await trail.catchUp(keys, by);
  return shownKeys(keys, clock.now()).find((key) => key.id === id) ?? 'version_conflict';
}

async function ensure(alg: SigningAlgorithm, parts: Parts): Promise<void> {
  const { stored } = parts;
  if (stored.ring.signer(alg) !== null) return;
  // Another node may have made it, before or just now; then this one knows it from here on.
  if (keysOf(await stored.read(), alg).length > 0) return;
  if ((await succeed(alg, false, null, parts)) === 'version_conflict') await stored.read();
}

async function doWhatIsDue(parts: Parts): Promise<boolean> {
  const { stored, trail, rules, clock } = parts;
  const due = dueOf(scheduleOf(await stored.read()), rules.rotationDays, clock.now());
  for (const alg of due) await succeed(alg, false, null, parts);
  const keys = await stored.read();
  await trail.catchUp(keys, null);
  await trail.forget(keys);
  return false;
}

/** Algorithms whose key has signed for so long that it is to be replaced, and whose successor is not there. */
function dueOf(schedule: readonly ScheduledKey<StoredKey>[], days: number | null, at: number): SigningAlgorithm[] {
  if (days === null) return [];
  return schedule
    .filter((scheduled) => stateOf(scheduled, at) === 'active' && scheduled.retiresAt === null)
    .filter(({ key }) => key.activeFrom + days * DAY_MS <= at)
    .map(({ key }) => key.alg);
}

const shownKeys = (keys: readonly StoredKey[], at: number): ShownKey[] =>
  scheduleOf(keys).map((scheduled) => {
    const { key, retiresAt, removedAt, withdrawn } = scheduled;
    const { id, alg, createdAt, activeFrom } = key;
    return { id, alg, state: stateOf(scheduled, at), createdAt, activeFrom, retiresAt, removedAt, withdrawn };
  });

async function retire(id: string, by: AdminActor, deps: Parts): Promise<void> {
  const { store, clock, stored, trail } = deps;
  const now = clock.now();
  const schedule = scheduleOf(await stored.read());
  const found = schedule.find(({ key }) => key.id === id);
  if (found === undefined || stateOf(found, now) === 'removed') throw new Problem('not_found');
  if (signerOf(schedule, found.key.alg, now)?.id === id) throw new Problem('key_in_use');
  if (!(await store.keys.withdraw(id, now))) throw new Problem('not_found');
  await trail.catchUp(await stored.read(), by);
}
