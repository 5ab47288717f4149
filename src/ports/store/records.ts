import type { Account, Consent, ProvenIdentifier } from '../../domain/account.ts';
import type { Client } from '../../domain/client.ts';
import type { ChangeTerms } from '../../domain/hold.ts';
import type { Identifier } from '../../domain/identifier.ts';

/** Why an identifier was not added: somebody has it already (the account itself, too), or the account is gone. */
export type AttachResult = { readonly attached: Account } | { readonly refused: 'taken' | 'gone' };

/** Why an identifier was not removed: it is the only one, or neither it nor the account is there. */
export type DetachResult = { readonly detached: Account } | { readonly refused: 'last' | 'gone' };

export interface AccountStore {
  findById(id: string): Promise<Account | null>;

  /** Accounts by id, ascending in the order of their UTF-8 bytes, after the cursor. */
  list(after: string | null, limit: number): Promise<Account[]>;

  /**
   * Accounts with an identifier that is masked to this (`maskIdentifier`), by id, ascending in the order of their UTF-8
   * bytes, after the cursor.
   */
  listByMask(masked: string, after: string | null, limit: number): Promise<Account[]>;

  /** The account that is known by this identifier, or null. */
  findByIdentifier(identifier: Identifier): Promise<Account | null>;

  /**
   * Creates the account unless one of its identifiers belongs to somebody already: of N parallel callers with one new
   * identifier exactly one creates, the others get the same account. An account is answered as it is stored, one
   * of the same id too when it has one of the identifiers; under an id that is taken otherwise nothing is written and
   * the call rejects.
   */
  createOrFind(account: Account): Promise<{ readonly account: Account; readonly created: boolean }>;

  /**
   * Replaces an account if it still has the version that was read; the stored version rises by one. Identifiers, and what
   * is held of them, are not changed here.
   * @returns the stored account, or null when somebody else was faster or the account is gone
   */
  update(account: Account): Promise<Account | null>;

  /**
   * Marks an identifier of the account as proven, if nobody has proven it before: of N parallel callers exactly one gets
   * the account as it is then, the others null, like those who ask for an identifier or an account that is not there.
   *
   * @param verifiedAt milliseconds since the epoch
   */
  proveFirst(accountId: string, identifier: Identifier, verifiedAt: number): Promise<Account | null>;

  /** Adds or widens what an account agreed to for one client, whatever else changes at the same time. */
  recordConsent(accountId: string, consent: Consent): Promise<void>;

  /**
   * Adds a proven identifier unless somebody has it: of N parallel callers with one identifier exactly one succeeds.
   * The first one of its channel becomes primary.
   *
   * @param terms decide in the same write what is held of the account from then on (domain/hold.ts), here and below; left
   *   out, that stays as it is: for what is no doing of somebody who is signed in
   */
  attach(accountId: string, identifier: ProvenIdentifier, terms?: ChangeTerms): Promise<AttachResult>;

  /**
   * Removes an identifier, never the last one, whatever else is removed at the same time. When it was primary, the oldest
   * of its channel that is left becomes so.
   */
  detach(accountId: string, identifier: Identifier, terms?: ChangeTerms): Promise<DetachResult>;

  /** Makes a proven identifier the primary one of its channel. @returns null when the account does not have it */
  makePrimary(accountId: string, identifier: Identifier, terms?: ChangeTerms): Promise<Account | null>;

  /** Ends what is held of the account. @returns null when nothing was, or the account is gone */
  release(accountId: string): Promise<Account | null>;

  /** Deletes an account and frees its identifiers. @returns whether there was one */
  remove(accountId: string): Promise<boolean>;
}

export interface ClientStore {
  find(id: string): Promise<Client | null>;
  /** Clients by id, ascending, after the cursor. */
  list(after: string | null, limit: number): Promise<Client[]>;
  /** Those whose id or name has this text in it, in whatever case; by id, ascending, after the cursor. */
  search(text: string, after: string | null, limit: number): Promise<Client[]>;
  /** Creates the client unless the id is taken. @returns false when it was taken */
  create(client: Client): Promise<boolean>;
  /** Replaces a client if it still has the version that was read; the stored version rises by one. @returns null otherwise */
  update(client: Client): Promise<Client | null>;
  /** @returns whether there was one */
  remove(id: string): Promise<boolean>;
}
