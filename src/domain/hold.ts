import type { Account, AccountIdentifier, Hold } from './account.ts';

/** How a change to the identifiers of an account was made. */
export interface ChangeTerms {
  /** Both factors of the account were proven for it. */
  readonly confirmed: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How long a change is held that was made with one factor, in milliseconds; 0 holds nothing. */
  readonly holdMs: number;
}

/** True while what was changed with one factor does not count as one. @param now milliseconds since the epoch */
export const isHeld = ({ held }: Pick<Account, 'held'>, now: number): boolean => held !== null && now < held.until;

/**
 * The hold of an account after its identifiers are changed. Whoever has proven one factor only could otherwise give the
 * account a second one of their own: so it is held where there are two to protect, or was until now.
 *
 * @param account as it is before the change
 */
export function heldAfter(
  account: Pick<Account, 'held' | 'identifiers'>,
  { confirmed, at, holdMs }: ChangeTerms,
): Hold | null {
  if (confirmed) return null;
  if (holdMs === 0) return account.held;
  const before = isHeld(account, at) ? account.held : null;
  if (before === null && !hasTwoChannels(account)) return null;
  // Clocks of nodes differ: what is changed later never counts because it was written by one that is behind.
  return { since: Math.min(before?.since ?? at, at), until: Math.max(before?.until ?? at, at + holdMs) };
}

const hasTwoChannels = ({ identifiers }: Pick<Account, 'identifiers'>): boolean =>
  new Set(identifiers.filter(({ verifiedAt }) => verifiedAt !== null).map(({ channel }) => channel)).size > 1;

/**
 * True when a proof of this identifier of the account is a factor, together with one of another channel.
 *
 * @param now milliseconds since the epoch
 */
export const countsAsFactor = (
  account: Pick<Account, 'held'>,
  { verifiedAt }: Pick<AccountIdentifier, 'verifiedAt'>,
  now: number,
): boolean => verifiedAt !== null && isSettled(account, verifiedAt, now);

/**
 * True when something that the account has since `at` has nothing to do with what is held.
 *
 * @param now milliseconds since the epoch, as is `at`
 */
export const isSettled = (account: Pick<Account, 'held'>, at: number, now: number): boolean =>
  account.held === null || !isHeld(account, now) || at < account.held.since;

/** True when the account has identifiers of two channels that count. @param now milliseconds since the epoch */
export const canConfirm = (account: Pick<Account, 'held' | 'identifiers'>, now: number): boolean =>
  hasTwoChannels({ identifiers: account.identifiers.filter((entry) => countsAsFactor(account, entry, now)) });
