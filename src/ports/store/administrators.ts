import type { Administrator } from '../../domain/administration.ts';

/** What a change must leave behind. */
export interface OwnershipTerms {
  /** There are owners who are not kept here: then the last one here may go. */
  readonly othersOwn: boolean;
}

/** Why an administrator was not changed: the last owner stays one, or the version that was read is not there any more. */
export type AdministratorChange = { readonly changed: Administrator } | { readonly refused: 'last_owner' | 'outdated' };

/** Those who were invited to administer; there are so few that they are read at once. */
export interface AdministratorStore {
  /** By address, ascending in the order of their UTF-8 bytes. */
  list(): Promise<Administrator[]>;
  find(email: string): Promise<Administrator | null>;
  /** Adds an administrator unless the address is on the list. @returns false when it was */
  create(administrator: Administrator): Promise<boolean>;
  /**
   * Replaces the role of an administrator if they still have the version that was read; the stored version rises by one.
   * Of callers who take the role of owner from each other at the same time, the last one is refused.
   */
  setRole(administrator: Administrator, terms: OwnershipTerms): Promise<AdministratorChange>;
  /** Remembers when they were at the console first, whatever else changes at the same time. @param at milliseconds since the epoch */
  accept(email: string, accountId: string, at: number): Promise<boolean>;
  /** Takes an administrator off the list, never the last owner, whoever else is removed or changed at the same time. */
  remove(email: string, terms: OwnershipTerms): Promise<'removed' | 'last_owner' | 'gone'>;
}
