import { type Account, type Consent, primaryOf } from '../domain/account.ts';
import type { Channel, Identifier } from '../domain/identifier.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import type { Audit } from './audit.ts';
import type { Caller } from './caller.ts';

export interface Accounts {
  /** The account if it may act: a disabled one is as good as none. */
  findActive(id: string): Promise<Account | null>;
  /** Whether somebody who may act has proven this identifier. */
  isActive(identifier: Identifier): Promise<boolean>;
  /** The identifier of a channel at which the account of this one is reached; null when there is none to be reached. */
  reachedBy(identifier: Identifier, channel: Channel): Promise<Identifier | null>;
  /**
   * The account of an identifier that was just proven, created when there is none and `mayCreate` allows it.
   * @returns null when there is none and none may be created, or when it is disabled
   */
  resolveProven(
    identifier: Identifier,
    options: { mayCreate: boolean; clientId: string; caller: Caller },
  ): Promise<{ account: Account; created: boolean } | null>;
  /**
   * Creates this account, whose identifiers were proven here, unless one of them belongs to somebody already.
   * @returns null when it does
   */
  createProven(account: Account, options: { clientId: string; caller: Caller }): Promise<Account | null>;
  /** Remembers what the account agreed to share with a client. */
  recordConsent(accountId: string, consent: Omit<Consent, 'grantedAt'>): Promise<void>;
}

export function createAccounts(deps: { store: Store; clock: Clock; random: Random; audit: Audit }): Accounts {
  const { accounts } = deps.store;
  const active = (account: Account | null): Account | null => (account?.status === 'active' ? account : null);

  const tellOf = ({ id, identifiers: [identifier] }: Account, occasion: { clientId: string; caller: Caller }): void =>
    deps.audit.record({ type: 'account.created', accountId: id, identifier, ...occasion });

  return {
    findActive: async (id) => active(await accounts.findById(id)),
    isActive: async (identifier) => active(await accounts.findByIdentifier(identifier)) !== null,
    async reachedBy(identifier, channel) {
      const account = active(await accounts.findByIdentifier(identifier));
      const reached = account === null ? undefined : primaryOf(account, channel);
      return reached === undefined ? null : { channel, value: reached.value };
    },
    async resolveProven(identifier, { mayCreate, clientId, caller }) {
      const result = mayCreate
        ? await accounts.createOrFind(newAccount(identifier, deps.random.id(), deps.clock.now()))
        : { account: await accounts.findByIdentifier(identifier), created: false };
      const account = active(result.account);
      if (account === null) return null;
      if (result.created) tellOf(account, { clientId, caller });
      return { account, created: result.created };
    },
    async createProven(account, occasion) {
      const result = await accounts.createOrFind(account);
      if (!result.created) return null;
      tellOf(result.account, occasion);
      return result.account;
    },
    recordConsent: (accountId, consent) =>
      accounts.recordConsent(accountId, { ...consent, grantedAt: deps.clock.now() }),
  };
}

/** An account as it begins. @param now when its identifier was proven, milliseconds since the epoch */
export const newAccount = (identifier: Identifier, id: string, now: number): Account => ({
  id,
  identifiers: [{ ...identifier, verifiedAt: now, primary: true }],
  attributes: {},
  consents: [],
  devices: [],
  status: 'active',
  createdAt: now,
  version: 1,
});
