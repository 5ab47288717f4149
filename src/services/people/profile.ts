import type { Account } from '../../domain/account.ts';
import { accountChanges } from '../../domain/account-changes.ts';
import { hasIdentifier, isSameIdentifier } from '../../domain/account-identifiers.ts';
import type { Challenge } from '../../domain/challenge.ts';
import { Problem } from '../../domain/errors.ts';
import { type ChangeTerms, heldAfter } from '../../domain/hold.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Caller } from '../caller.ts';
import type { Challenges } from '../challenges/challenges.ts';
import type { Notices } from '../messages/notices.ts';
import type { Sessions } from '../sessions.ts';
import type { Audit, Happening } from '../trail/audit.ts';
import { leaveOrganizations } from './organizations.ts';

/** Where and by whom a change is made. */
export interface Change {
  /** The client at which it is made. */
  readonly clientId: string;
  /** BCP 47 tag of the page. */
  readonly locale: string;
  readonly caller: Caller;
  /** Both factors of the account were proven for it; what is changed with one is held, where there are two. */
  readonly confirmed: boolean;
  /**
   * Who makes it, where that is not its owner, for the audit trail. It is no doing of whoever is signed in then: an
   * identifier that is removed neither begins a hold nor ends one.
   */
  readonly by?: AdminActor;
}

/**
 * What people do with their own account. Whoever calls has made sure that its owner has signed in just now. The
 * owner is told before anything is written.
 */
export interface Profile {
  /**
   * Sends a code to an identifier, whoever has it: who that is, only its owner may learn. Until the proof it belongs to
   * nobody: it signs nobody in and keeps nobody else from it.
   * @throws Problem `identifier_yours`, `too_many_requests`
   */
  beginAdding(account: Account, identifier: Identifier, change: Change): Promise<Challenge>;
  /** The proof that this account is waiting for, in whatever state; null for anybody else's. */
  adding(account: Account, challengeId: string): Promise<Challenge | null>;
  /**
   * Takes the code and adds the identifier.
   * @throws Problem as `Challenges.prove`; `identifier_taken` when it belongs to somebody, who has just read the code
   */
  finishAdding(account: Account, challenge: Challenge, typed: unknown, change: Change): Promise<Account>;
  /**
   * Adds an identifier that was proven just now for this account.
   * @throws Problem `identifier_taken`; `sign_in_again` when the account is gone
   */
  attachProven(account: Account, identifier: Identifier, change: Change): Promise<Account>;
  /** @throws Problem `not_found` when the account does not have it */
  makePrimary(account: Account, identifier: Identifier, change: Change): Promise<void>;
  /** @throws Problem `identifier_last`, `not_found` */
  detach(account: Account, identifier: Identifier, change: Change): Promise<void>;
  /** Ends what is held of the account, for somebody who has proven both factors just now. */
  release(account: Account, change: Change): Promise<void>;
  /** Deletes the account and everything that signs it in; its `sub` is never given to anybody again. */
  remove(account: Account, change: Change): Promise<void>;
}

interface Deps {
  /** Hours for which a change made with one factor does not count as the other; 0 when it does at once. */
  readonly rules: { readonly holdHours: number };
  readonly store: Store;
  readonly clock: Clock;
  readonly challenges: Challenges;
  readonly notices: Notices;
  readonly sessions: Sessions;
  readonly audit: Audit;
}

export function createProfile(deps: Deps): Profile {
  const profile: Profile = {
    beginAdding: (account, identifier, change) => beginAdding(deps, account, identifier, change),
    async adding({ id }, challengeId) {
      const challenge = await deps.store.challenges.find(challengeId);
      const theirs = challenge?.accountId === id && challenge.purpose === 'add-identifier';
      return theirs && challenge.interactionId === null ? challenge : null;
    },
    async finishAdding(account, challenge, typed, change) {
      const { identifier } = await deps.challenges.prove(challenge, typed, change.caller);
      return profile.attachProven(account, identifier, change);
    },
    attachProven: (account, identifier, change) => attachProven(deps, account, identifier, change),
    makePrimary: (account, identifier, change) => makePrimary(deps, account, identifier, change),
    detach: (account, identifier, change) => detach(deps, account, identifier, change),
    release: (account, change) => release(deps, account, change),
    remove: (account, change) => remove(deps, account, change),
  };
  return profile;
}

async function beginAdding(deps: Deps, account: Account, identifier: Identifier, change: Change): Promise<Challenge> {
  if (hasIdentifier(account, identifier)) throw new Problem('identifier_yours');
  demandOwner(account);
  const request = {
    identifier,
    accountId: account.id,
    clientId: change.clientId,
    purpose: 'add-identifier' as const,
    // A link would be opened without this page, where nobody sees what it adds to which account.
    proof: 'code' as const,
    interactionId: null,
    locale: change.locale,
    decoy: false,
  };
  return deps.challenges.open(request, change.caller);
}

/**
 * Who is in an account before its owner has been there adds nothing to it that would stay.
 *
 * @throws Problem `sign_in_again`
 */
function demandOwner({ identifiers }: Account): void {
  if (identifiers.some(({ verifiedAt }) => verifiedAt === null)) throw new Problem('sign_in_again');
}

async function attachProven(deps: Deps, account: Account, identifier: Identifier, change: Change): Promise<Account> {
  demandOwner(account);
  const { accounts } = deps.store;
  // Asked before the notice goes out, which would tell of something that will not happen.
  if ((await accounts.findByIdentifier(identifier)) !== null) throw new Problem('identifier_taken');
  const terms = termsOf(deps, change);
  await deps.notices.send(account, { kind: 'identifier_added', identifier, heldUntil: holdOf(account, terms) }, change);
  const { channel, value } = identifier;
  const proven = { channel, value, verifiedAt: terms.at, primary: false };
  const result = await accounts.attach(account.id, proven, terms);
  if ('refused' in result) throw new Problem(result.refused === 'taken' ? 'identifier_taken' : 'sign_in_again');
  deps.audit.record({ type: 'identifier.added', accountId: account.id, identifier, ...change });
  tellHold(deps, account, result.attached, change);
  return result.attached;
}

async function makePrimary(deps: Deps, account: Account, identifier: Identifier, change: Change): Promise<void> {
  const entry = account.identifiers.find((known) => isSameIdentifier(known, identifier));
  if (entry === undefined) throw new Problem('not_found');
  if (entry.primary) return;
  const terms = termsOf(deps, change);
  await deps.notices.send(account, { kind: 'primary_changed', identifier, heldUntil: holdOf(account, terms) }, change);
  const changed = await deps.store.accounts.makePrimary(account.id, identifier, terms);
  if (changed === null) throw new Problem('not_found');
  deps.audit.record({ type: 'identifier.primary_changed', accountId: account.id, identifier, ...change });
  tellHold(deps, account, changed, change);
}

async function detach(deps: Deps, account: Account, identifier: Identifier, change: Change): Promise<void> {
  if (!hasIdentifier(account, identifier)) throw new Problem('not_found');
  if (account.identifiers.length === 1) throw new Problem('identifier_last');
  const terms = change.by === undefined ? termsOf(deps, change) : undefined;
  const heldUntil = terms === undefined ? null : holdOf(account, terms);
  await deps.notices.send(account, { kind: 'identifier_removed', identifier, heldUntil }, change);
  const result = await deps.store.accounts.detach(account.id, identifier, terms);
  if ('refused' in result) throw new Problem(result.refused === 'last' ? 'identifier_last' : 'not_found');
  const told = toldOf(change, account, result.detached);
  deps.audit.record({ type: 'identifier.removed', accountId: account.id, identifier, ...told });
  tellHold(deps, account, result.detached, change);
}

/** What an event says of who made a change; of an administrator's also what was before and after. */
const toldOf = (change: Change, before: Account, after: Account | null): Omit<Happening, 'type'> => ({
  ...change,
  changes: change.by === undefined ? undefined : accountChanges(before, after),
});

const HOUR_MS = 3600_000;

const termsOf = ({ clock, rules }: Deps, { confirmed }: Change): ChangeTerms => ({
  confirmed,
  at: clock.now(),
  holdMs: rules.holdHours * HOUR_MS,
});

/** What the owner is told of a hold that the change will have, as far as is known before it. */
const holdOf = (account: Account, terms: ChangeTerms): number | null =>
  terms.confirmed ? null : (heldAfter(account, terms)?.until ?? null);

function tellHold({ audit }: Deps, before: Account, after: Account, change: Change): void {
  const began = after.held !== null && after.held.until !== before.held?.until;
  if (began) audit.record({ type: 'account.held', accountId: after.id, ...change });
  if (after.held === null && before.held !== null) {
    audit.record({ type: 'account.released', accountId: after.id, ...toldOf(change, before, after) });
  }
}

async function release(deps: Deps, account: Account, change: Change): Promise<void> {
  if (!change.confirmed) throw new Problem('sign_in_again');
  const released = await deps.store.accounts.release(account.id);
  if (released !== null) tellHold(deps, account, released, change);
}

async function remove(deps: Deps, account: Account, change: Change): Promise<void> {
  const [first] = account.identifiers;
  if (first !== undefined) await deps.notices.send(account, { kind: 'account_deleted', identifier: first }, change);
  // Whatever belongs to an account that is gone is dead; removing it afterwards is tidiness.
  if (!(await deps.store.accounts.remove(account.id))) throw new Problem('not_found');
  const told = toldOf(change, account, null);
  deps.audit.record({ type: 'account.deleted', accountId: account.id, identifier: first, ...told });
  await deps.sessions.endAll(account.id, change.caller);
  await leaveOrganizations(deps.store, account.id);
}
