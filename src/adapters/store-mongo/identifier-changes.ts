import type { Account, AccountIdentifier, ProvenIdentifier } from '../../domain/account.ts';
import { hasIdentifier, isSameIdentifier, withoutIdentifier, withPrimary } from '../../domain/account-identifiers.ts';
import { type ChangeTerms, heldAfter } from '../../domain/hold.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { Log } from '../../ports/log.ts';
import type { AccountStore, AttachResult, DetachResult } from '../../ports/store/records.ts';
import { otherThan } from './comparisons.ts';
import { type AccountDocument, type ClaimDocument, claimKey, toAccount, toHoldDocument } from './documents/account.ts';
import { type IdentifierClaims, replaceIdentifiers } from './identifier-claims.ts';
import type { Models } from './models.ts';
import { kindOf } from './unavailable.ts';

interface Deps {
  readonly models: Models;
  readonly claims: IdentifierClaims;
  readonly log: Log | undefined;
}

/**
 * What happens to the identifiers of an account that is there (the order of writes: identifier-claims.ts). Each is
 * decided by one write to the account, under the condition that it still has the version that was read; who finds it
 * changed looks again.
 */
export const createIdentifierChanges = (
  deps: Deps,
): Pick<AccountStore, 'proveFirst' | 'attach' | 'detach' | 'makePrimary' | 'release' | 'remove'> => ({
  proveFirst: (accountId, identifier, verifiedAt) => proveFirst(deps, accountId, identifier, verifiedAt),
  attach: (accountId, identifier, terms) => attach(deps, accountId, identifier, terms),
  detach: (accountId, identifier, terms) => detach(deps, accountId, identifier, terms),
  makePrimary: (accountId, identifier, terms) => makePrimary(deps, accountId, identifier, terms),
  release: (accountId) => release(deps, accountId),
  remove: (accountId) => remove(deps, accountId),
});

const find = ({ models }: Deps, id: string): Promise<AccountDocument | null> =>
  models.accounts.findOne({ _id: id, pendingSince: null }).lean<AccountDocument>();

async function proveFirst(
  deps: Deps,
  accountId: string,
  identifier: Identifier,
  verifiedAt: number,
): Promise<Account | null> {
  for (;;) {
    const account = await find(deps, accountId);
    if (account === null) return null;
    const { identifiers, held } = toAccount(account);
    const isMeant = (entry: AccountIdentifier): boolean => isSameIdentifier(entry, identifier);
    if (!identifiers.some((entry) => isMeant(entry) && entry.verifiedAt === null)) return null;
    const proven = identifiers.map((entry) => (isMeant(entry) ? { ...entry, verifiedAt } : entry));
    const changed = await replaceIdentifiers(deps.models, account, { identifiers: proven, held });
    if (changed !== null) return toAccount(changed);
  }
}

/** What is held of an account once it is changed from what was read. */
const heldFrom = (account: Account, terms: ChangeTerms | undefined): Account['held'] =>
  terms === undefined ? account.held : heldAfter(account, terms);

async function attach(
  deps: Deps,
  accountId: string,
  identifier: ProvenIdentifier,
  terms: ChangeTerms | undefined,
): Promise<AttachResult> {
  for (;;) {
    const account = await find(deps, accountId);
    if (account === null) return { refused: 'gone' };
    if (hasIdentifier(toAccount(account), identifier)) return { refused: 'taken' };
    const held = toHoldDocument(heldFrom(toAccount(account), terms));
    const joining = { version: account.version, verifiedAt: new Date(identifier.verifiedAt), held };
    const claim = { _id: claimKey(identifier), accountId, joining };
    if (!(await deps.claims.stake(claim))) return { refused: 'taken' };
    const joined = (await deps.claims.join(account, claim)) ?? (await joinedByAnother(deps, claim));
    if (joined !== null) return { attached: toAccount(joined) };
  }
}

/** The account, if somebody who came across the claim has taken the second step instead of us. */
async function joinedByAnother(deps: Deps, claim: ClaimDocument): Promise<AccountDocument | null> {
  const { _id, accountId, joining } = claim;
  const account = await find(deps, accountId);
  if (account === null || !account.identifiers.some((entry) => claimKey(entry) === _id)) return null;
  const ours = await deps.models.claims.exists({ _id, accountId, 'joining.version': joining?.version ?? null });
  return ours === null ? null : account;
}

async function detach(
  deps: Deps,
  accountId: string,
  identifier: Identifier,
  terms: ChangeTerms | undefined,
): Promise<DetachResult> {
  for (;;) {
    const account = await find(deps, accountId);
    if (account === null) return { refused: 'gone' };
    const before = toAccount(account);
    if (!hasIdentifier(before, identifier)) return { refused: 'gone' };
    if (before.identifiers.length === 1) return { refused: 'last' };
    const identifiers = withoutIdentifier(before.identifiers, identifier);
    const detached = await replaceIdentifiers(deps.models, account, { identifiers, held: heldFrom(before, terms) });
    if (detached === null) continue;
    // A claim that leads to no account with the identifier is cleared away by asking for its owner.
    await tidied(deps, deps.claims.ownerOf(identifier));
    return { detached: toAccount(detached) };
  }
}

async function makePrimary(
  deps: Deps,
  accountId: string,
  identifier: Identifier,
  terms: ChangeTerms | undefined,
): Promise<Account | null> {
  for (;;) {
    const account = await find(deps, accountId);
    if (account === null) return null;
    const before = toAccount(account);
    if (!hasIdentifier(before, identifier)) return null;
    const identifiers = withPrimary(before.identifiers, identifier);
    const changed = await replaceIdentifiers(deps.models, account, { identifiers, held: heldFrom(before, terms) });
    if (changed !== null) return toAccount(changed);
  }
}

async function release({ models }: Deps, accountId: string): Promise<Account | null> {
  const released = await models.accounts
    .findOneAndUpdate(
      { _id: accountId, pendingSince: null, held: otherThan(null) },
      { $set: { held: null }, $inc: { version: 1 } },
      { returnDocument: 'after' },
    )
    .lean<AccountDocument>();
  return released === null ? null : toAccount(released);
}

async function remove(deps: Deps, accountId: string): Promise<boolean> {
  const gone = await deps.models.accounts
    .findOneAndDelete({ _id: accountId, pendingSince: null })
    .lean<AccountDocument>();
  if (gone === null) return false;
  await tidied(deps, deps.claims.letGo(gone));
  return true;
}

/** It has happened by now, and must not fail any more: what stays here is cleared away by the next who comes across it. */
async function tidied({ log }: Deps, work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    log?.warn({ reason: kindOf(error) }, 'a claim to an identifier was left to the next who needs it');
  });
}
