import { type Account, type Consent, primaryOf } from '../../domain/account.ts';
import { accountChanges } from '../../domain/account-changes.ts';
import { isSameIdentifier } from '../../domain/account-identifiers.ts';
import { Problem } from '../../domain/errors.ts';
import type { Channel, Identifier } from '../../domain/identifier.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Store } from '../../ports/store.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Caller } from '../caller.ts';
import type { Sessions } from '../sessions.ts';
import type { Audit } from '../trail/audit.ts';

export interface Accounts {
  /** The account if it may act: a disabled one is as good as none. */
  findActive(id: string): Promise<Account | null>;
  /** The account that is known by this identifier, if it may act; whoever asks has not proven anything by that. */
  findActiveBy(identifier: Identifier): Promise<Account | null>;
  /** Whether somebody who may act is known by this identifier. */
  isActive(identifier: Identifier): Promise<boolean>;
  /** Whether nobody at all is known by this identifier, not even somebody who may not act. */
  isFree(identifier: Identifier): Promise<boolean>;
  /** The identifier of a channel at which the account of this one is reached; null when there is none to be reached. */
  reachedBy(identifier: Identifier, channel: Channel): Promise<Identifier | null>;
  /**
   * The account of an identifier that was just proven, created when there is none and `mayCreate` allows it.
   * Only what came by way of the identifier itself proves it: never a code that a client was handed or sent elsewhere.
   * @returns null when there is none and none may be created, or when it is disabled
   */
  resolveProven(
    identifier: Identifier,
    options: Occasion & { readonly mayCreate: boolean },
  ): Promise<{ account: Account; created: boolean } | null>;
  /**
   * Creates this account, whose identifiers were proven here, unless one of them belongs to somebody already.
   * @returns null when it does
   */
  createProven(account: Account, occasion: Occasion): Promise<Account | null>;
  /**
   * Makes an account for somebody who has not been here yet: it is known by the identifier, which counts as unproven until
   * its owner proves it. That ends whatever began in the account before.
   *
   * @throws Problem `account_taken`
   */
  prepare(identifier: Identifier, occasion: Preparation): Promise<Account>;
  /** Remembers what the account agreed to share with a client. */
  recordConsent(accountId: string, consent: Omit<Consent, 'grantedAt'>): Promise<void>;
}

/** Who asks, and for which client. */
interface Occasion {
  readonly clientId: string;
  readonly caller: Caller;
  /** Who does it, where that is neither the person nor the client, for the audit trail. */
  readonly by?: AdminActor;
}

/** The same for what nobody signs in for; without a caller and an administrator the server itself does it. */
type Preparation = Omit<Occasion, 'caller'> & Partial<Pick<Occasion, 'caller'>>;

interface Deps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
  readonly sessions: Pick<Sessions, 'endAll'>;
}

export function createAccounts(deps: Deps): Accounts {
  const { accounts } = deps.store;
  const active = (account: Account | null): Account | null => (account?.status === 'active' ? account : null);

  const create = async (account: Account, occasion: Preparation): Promise<Account | null> => {
    const result = await accounts.createOrFind(account);
    if (!result.created) return null;
    tellOf(deps.audit, result.account, occasion);
    return result.account;
  };

  return {
    findActive: async (id) => active(await accounts.findById(id)),
    findActiveBy: async (identifier) => active(await accounts.findByIdentifier(identifier)),
    isActive: async (identifier) => active(await accounts.findByIdentifier(identifier)) !== null,
    isFree: async (identifier) => (await accounts.findByIdentifier(identifier)) === null,
    async reachedBy(identifier, channel) {
      const account = active(await accounts.findByIdentifier(identifier));
      const reached = account === null ? undefined : primaryOf(account, channel);
      return reached?.verifiedAt == null ? null : { channel, value: reached.value };
    },
    async resolveProven(identifier, { mayCreate, clientId, caller }) {
      const result = mayCreate
        ? await accounts.createOrFind(newAccount(identifier, deps.random.id(), deps.clock.now()))
        : { account: await accounts.findByIdentifier(identifier), created: false };
      const account = active(result.account);
      if (account === null) return null;
      if (result.created) tellOf(deps.audit, account, { clientId, caller });
      return { account: await proveFirst(deps, account, identifier, { clientId, caller }), created: result.created };
    },
    async prepare(identifier, occasion) {
      const account = await create(unproven(identifier, deps), occasion);
      if (account === null) throw new Problem('account_taken');
      return account;
    },
    createProven: create,
    recordConsent: (accountId, consent) =>
      accounts.recordConsent(accountId, { ...consent, grantedAt: deps.clock.now() }),
  };
}

function tellOf(audit: Audit, account: Account, occasion: Preparation): void {
  const [identifier] = account.identifiers;
  const changes = occasion.by === undefined ? undefined : accountChanges(null, account);
  audit.record({ type: 'account.created', accountId: account.id, identifier, ...occasion, changes });
}

/**
 * What others began in the account ends with the first proof of its owner. It is ended before, too: a proof that is
 * broken off in between is made once more.
 */
async function proveFirst(deps: Deps, account: Account, identifier: Identifier, occasion: Occasion): Promise<Account> {
  const entry = account.identifiers.find((known) => isSameIdentifier(known, identifier));
  if (entry?.verifiedAt !== null) return account;
  await deps.sessions.endAll(account.id, occasion.caller);
  const proven = await deps.store.accounts.proveFirst(account.id, identifier, deps.clock.now());
  if (proven === null) return (await deps.store.accounts.findById(account.id)) ?? account;
  await deps.sessions.endAll(account.id, occasion.caller);
  deps.audit.record({ type: 'identifier.proven', accountId: account.id, identifier, ...occasion });
  return proven;
}

function unproven(identifier: Identifier, { random, clock }: Deps): Account {
  const account = newAccount(identifier, random.id(), clock.now());
  return { ...account, identifiers: account.identifiers.map((entry) => ({ ...entry, verifiedAt: null })) };
}

/** An account as it begins. @param now when its identifier was proven, milliseconds since the epoch */
export const newAccount = (identifier: Identifier, id: string, now: number): Account => ({
  id,
  identifiers: [{ ...identifier, verifiedAt: now, primary: true }],
  attributes: {},
  consents: [],
  devices: [],
  held: null,
  status: 'active',
  createdAt: now,
  version: 1,
});
