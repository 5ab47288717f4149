import type { AccountIdentifier } from '../domain/account.ts';
import type { Identifier } from '../domain/identifier.ts';
import type { AbuseLimits } from '../services/budgets/abuse-limits.ts';

/** How an identifier is named in paths: no address stands in a browser's history or a proxy's log. */
export interface IdentifierKeys {
  keyOf(identifier: Identifier): string;
  /** Undefined when there is no such identifier among them (any more). */
  named(identifiers: readonly AccountIdentifier[], key: string | undefined): AccountIdentifier | undefined;
}

export function createIdentifierKeys(limits: Pick<AbuseLimits, 'subjectOf'>): IdentifierKeys {
  const keyOf = ({ channel, value }: Identifier): string => limits.subjectOf({ identifier: { channel, value } });
  return { keyOf, named: (identifiers, key) => identifiers.find((entry) => keyOf(entry) === key) };
}
