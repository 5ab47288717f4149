import type { Account, Consent } from '../../domain/account.ts';
import type { Client } from '../../domain/client.ts';
import type { Identifier } from '../../domain/identifier.ts';

export interface AccountStore {
  findById(id: string): Promise<Account | null>;

  /** Accounts by id, ascending in the order of their UTF-8 bytes, after the cursor. */
  list(after: string | null, limit: number): Promise<Account[]>;

  /** The account that has proven this identifier, or null. */
  findByIdentifier(identifier: Identifier): Promise<Account | null>;

  /**
   * Creates the account unless one of its identifiers belongs to somebody already: of N parallel callers with one new
   * identifier exactly one creates, the others get the same account.
   */
  createOrFind(account: Account): Promise<{ readonly account: Account; readonly created: boolean }>;

  /**
   * Replaces an account if it still has the version that was read; the stored version rises by one. Identifiers are not changed here.
   * @returns the stored account, or null when somebody else was faster or the account is gone
   */
  update(account: Account): Promise<Account | null>;

  /** Adds or widens what an account agreed to for one client, whatever else changes at the same time. */
  recordConsent(accountId: string, consent: Consent): Promise<void>;
}

export interface ClientStore {
  find(id: string): Promise<Client | null>;
  /** Clients by id, ascending, after the cursor. */
  list(after: string | null, limit: number): Promise<Client[]>;
  /** Creates the client unless the id is taken. @returns false when it was taken */
  create(client: Client): Promise<boolean>;
  /** Replaces a client if it still has the version that was read; the stored version rises by one. @returns null otherwise */
  update(client: Client): Promise<Client | null>;
  /** @returns whether there was one */
  remove(id: string): Promise<boolean>;
}
