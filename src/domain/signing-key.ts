/** By what tokens can be signed: RFC 7518 §3.1 and RFC 8037; every relying party knows the first (OpenID Connect Core §15.1). */
export const SIGNING_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** Seconds for which the public keys may be kept by whoever fetches them (R-71: 3,600 at most). */
export const JWKS_CACHE_SECONDS = 900;

/** Seconds after which all nodes know of a change, whatever their clocks differ by. */
const AGREED_SECONDS = 60;

/** Least seconds between the publication of a key and its first use: what was fetched just before it has ended by then. */
export const LEAST_PUBLISH_SECONDS = JWKS_CACHE_SECONDS + AGREED_SECONDS;

/** Longest life of anything that is signed, in seconds; no setting goes beyond it, so that none can outlive its key. */
export const LONGEST_TOKEN_SECONDS = 86_400;

/** How long a key stays published after it has signed for the last time, in milliseconds. */
const KEPT_PUBLISHED_MS = (LONGEST_TOKEN_SECONDS + LEAST_PUBLISH_SECONDS) * 1000;

/**
 * How long a key is remembered after it has signed for the last time, in milliseconds: as long as a session can live. At a
 * logout applications name the sign-in by an ID token that may have expired long ago (OpenID Connect RP-Initiated Logout §4).
 */
const REMEMBERED_MS = 31 * 86_400_000;

/**
 * What is written down of a key: when it begins, and after which others. When it ends is nowhere: its successor's beginning
 * says so. With that a rotation is one new record, and which key signs is a function of the records and the clock.
 */
export interface SigningKey {
  /** The JWK key id. */
  readonly id: string;
  readonly alg: SigningAlgorithm;
  /** 1 for the first key of its algorithm; no two of one algorithm have the same, so that of two rotations at once one wins. */
  readonly generation: number;
  /** Published from then on; milliseconds since the epoch. */
  readonly createdAt: number;
  /** Signs from then on; milliseconds since the epoch. */
  readonly activeFrom: number;
  /** True when everything before it is void since it came to be: somebody else may have it. */
  readonly replacesLeaked: boolean;
  /** When it was withdrawn by itself, in milliseconds since the epoch; null when it was not. */
  readonly withdrawnAt: number | null;
}

export const KEY_STATES = ['next', 'active', 'retiring', 'removed'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** A key with its whole timetable; all times in milliseconds since the epoch. */
export interface ScheduledKey<Key extends SigningKey = SigningKey> {
  readonly key: Key;
  /** From then on it signs nothing; null as long as no successor is known. */
  readonly retiresAt: number | null;
  /** From then on it is not published; null as long as no successor is known. */
  readonly removedAt: number | null;
  /** Void: nothing it has signed counts, whatever the time. */
  readonly withdrawn: boolean;
}

/** The timetables of all keys, in the order in which they sign, algorithm by algorithm. */
export function scheduleOf<Key extends SigningKey>(keys: readonly Key[]): ScheduledKey<Key>[] {
  const inOrder = [...keys].sort(
    (left, right) =>
      SIGNING_ALGORITHMS.indexOf(left.alg) - SIGNING_ALGORITHMS.indexOf(right.alg) ||
      left.generation - right.generation,
  );
  return inOrder.map((key) => {
    const later = inOrder.filter(({ alg, generation }) => alg === key.alg && generation > key.generation);
    const ends = [...later.filter(({ replacesLeaked }) => replacesLeaked).map(({ createdAt }) => createdAt)];
    if (key.withdrawnAt !== null) ends.push(key.withdrawnAt);
    if (ends.length > 0) {
      const withdrawnAt = Math.min(...ends);
      return { key, retiresAt: withdrawnAt, removedAt: withdrawnAt, withdrawn: true };
    }
    const begins = later.filter(({ withdrawnAt }) => withdrawnAt === null).map(({ activeFrom }) => activeFrom);
    const retiresAt = begins.length === 0 ? null : Math.min(...begins);
    return { key, retiresAt, removedAt: retiresAt === null ? null : retiresAt + KEPT_PUBLISHED_MS, withdrawn: false };
  });
}

/**
 * The one key that signs; a function of the records and the time, so that nodes agree without talking.
 *
 * @param at milliseconds since the epoch
 * @returns null when there is no key of the algorithm
 */
export function signerOf<Key extends SigningKey>(
  schedule: readonly ScheduledKey<Key>[],
  alg: SigningAlgorithm,
  at: number,
): Key | null {
  const standing = schedule.filter(({ key, withdrawn }) => key.alg === alg && !withdrawn);
  // The first one signs for a node, too, whose clock has not got to its beginning yet.
  return (standing.findLast(({ key }) => key.activeFrom <= at) ?? standing[0])?.key ?? null;
}

/** @param at milliseconds since the epoch */
export const isPublished = ({ withdrawn, removedAt }: ScheduledKey, at: number): boolean =>
  !withdrawn && (removedAt === null || at < removedAt);

/** Whether it can still say who was signed in once. @param at milliseconds since the epoch */
export const isRemembered = ({ withdrawn, retiresAt }: ScheduledKey, at: number): boolean =>
  !withdrawn && (retiresAt === null || at < retiresAt + REMEMBERED_MS);

/** Whether the record has become worthless. @param at milliseconds since the epoch */
export const isForgotten = ({ retiresAt }: ScheduledKey, at: number): boolean =>
  retiresAt !== null && at >= retiresAt + REMEMBERED_MS;

/** @param at milliseconds since the epoch */
export function stateOf(scheduled: ScheduledKey, at: number): KeyState {
  const { key, retiresAt } = scheduled;
  if (!isPublished(scheduled, at)) return 'removed';
  if (retiresAt !== null && at >= retiresAt) return 'retiring';
  return at < key.activeFrom && key.generation > 1 && !key.replacesLeaked ? 'next' : 'active';
}

/** When a new key begins. */
export type Beginning = Pick<SigningKey, 'generation' | 'createdAt' | 'activeFrom' | 'replacesLeaked'>;

/**
 * When the next key of an algorithm begins: after it has been published for some time, so that no relying party meets a
 * signature by a key that it cannot know. The first one signs at once, because nothing else could, and so does one that
 * replaces what somebody else may have.
 *
 * @param keys of this algorithm
 * @param publishSeconds how long it is published before it signs
 * @returns null when one is waiting for its turn already
 */
export function beginningOf(
  keys: readonly SigningKey[],
  at: number,
  { publishSeconds, replacesLeaked }: { readonly publishSeconds: number; readonly replacesLeaked: boolean },
): Beginning | null {
  const generation = Math.max(0, ...keys.map((key) => key.generation)) + 1;
  const standing = scheduleOf(keys).filter(({ withdrawn }) => !withdrawn);
  if (replacesLeaked || standing.length === 0) {
    return { generation, createdAt: at, activeFrom: at, replacesLeaked: replacesLeaked && keys.length > 0 };
  }
  if (standing.some((scheduled) => stateOf(scheduled, at) === 'next')) return null;
  return { generation, createdAt: at, activeFrom: at + publishSeconds * 1000, replacesLeaked: false };
}
