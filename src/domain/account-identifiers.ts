import type { Account, AccountIdentifier, ProvenIdentifier } from './account.ts';
import type { Identifier } from './identifier.ts';

/** True when both are the same address or number. */
export const isSameIdentifier = (left: Identifier, right: Identifier): boolean =>
  left.channel === right.channel && left.value === right.value;

/** True when the account has proven this identifier. */
export const hasIdentifier = (account: Pick<Account, 'identifiers'>, identifier: Identifier): boolean =>
  account.identifiers.some((entry) => isSameIdentifier(entry, identifier));

/** The identifiers with one more at their end; it is primary if it is the first of its channel. */
export function withIdentifier(
  identifiers: readonly AccountIdentifier[],
  added: ProvenIdentifier,
): readonly AccountIdentifier[] {
  const primary = !identifiers.some((entry) => entry.channel === added.channel);
  return [...identifiers, { ...added, primary }];
}

/** The identifiers without one of them. If that was primary, the one of its channel that was proven first becomes so. */
export function withoutIdentifier(
  identifiers: readonly AccountIdentifier[],
  removed: Identifier,
): readonly AccountIdentifier[] {
  const left = identifiers.filter((entry) => !isSameIdentifier(entry, removed));
  const ofChannel = left.filter((entry) => entry.channel === removed.channel);
  const [heir] = [...ofChannel].sort((one, other) => (one.verifiedAt ?? Infinity) - (other.verifiedAt ?? Infinity));
  return heir === undefined || ofChannel.some(({ primary }) => primary) ? left : withPrimary(left, heir);
}

/** The identifiers with this one, which is among them, as the only primary one of its channel. */
export const withPrimary = (
  identifiers: readonly AccountIdentifier[],
  chosen: Identifier,
): readonly AccountIdentifier[] =>
  identifiers.map((entry) =>
    entry.channel === chosen.channel ? { ...entry, primary: isSameIdentifier(entry, chosen) } : entry,
  );
