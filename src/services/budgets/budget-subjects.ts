import type { Identifier } from '../../domain/identifier.ts';
import type { Vault } from '../vault.ts';

/** The names under which budgets and cookies know somebody; none can be read back. */
export interface BudgetSubjects {
  /** One bucket for all spellings of an identifier: it is canonical by type. */
  subjectOf(target: { readonly identifier: Identifier }): string;
  /**
   * The way somebody went to reach an identifier: two ways share no counter that could tell of the other.
   *
   * @param target.askedAs what was given instead: see `Challenge.askedAs`
   */
  wayOf(target: { readonly identifier: Identifier; readonly askedAs?: Identifier | null }): string;
  /** @param prefix of a number, without its last four digits */
  blockOf(prefix: string): string;
}

export function createBudgetSubjects(vault: Pick<Vault, 'fingerprint'>): BudgetSubjects {
  const subjectOf: BudgetSubjects['subjectOf'] = ({ identifier: { channel, value } }) =>
    vault.fingerprint(`${channel}:${value}`);
  return {
    subjectOf,
    wayOf: ({ identifier, askedAs }) =>
      askedAs == null
        ? subjectOf({ identifier })
        : vault.fingerprint(`${identifier.channel} of ${askedAs.channel}:${askedAs.value}`),
    blockOf: (prefix) => vault.fingerprint(`prefix:${prefix}`),
  };
}
