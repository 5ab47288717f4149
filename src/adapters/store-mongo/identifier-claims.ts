import type { Account } from '../../domain/account.ts';
import { withIdentifier } from '../../domain/account-identifiers.ts';
import type { Identifier } from '../../domain/identifier.ts';
import { oneOf, otherThan } from './comparisons.ts';
import {
  type AccountDocument,
  type ClaimDocument,
  claimKey,
  maskOfClaim,
  toAccount,
  toHold,
  toHoldDocument,
  toIdentifier,
  toIdentifierDocuments,
} from './documents/account.ts';
import type { Models } from './models.ts';
import { insertNew } from './writes.ts';

/**
 * Who owns which identifier. A claim is a document whose key is the identifier: to insert it is to win it. An
 * account is written before its claims, and is pending until it holds all of them.
 *
 * Whoever comes across a pending account, because its maker is at work or has died, finishes it by the same steps: so
 * nobody waits for anybody, and what a crash leaves is put in order by the next who needs it.
 * - A pending account claims what it lacks, or gives way to a finished one that owns some of it.
 * - A claim whose account is gone is nobody's: accounts come before their claims and leave before them.
 *
 * An account that is there gets a further identifier by a claim that names the account's version, and then by a write
 * to the account under the condition that it still has that version; to lose one is a write to the account alone. So a
 * claim whose account does not have the identifier is
 * - on its way, as long as the account has the version it names: whoever comes across it takes the second step;
 * - nobody's from then on, since versions only rise: it can be cleared away without asking anybody.
 */
export interface IdentifierClaims {
  /** The finished account that owns the identifier, or null. */
  ownerOf(identifier: Identifier): Promise<AccountDocument | null>;
  /**
   * Gives a pending account its identifiers, all or none.
   * @returns false when one of them belongs to another account; then this one is gone
   */
  finish(account: AccountDocument): Promise<boolean>;
  /** Removes an account if it is pending still, and what it has claimed. @returns whether it was */
  abandon(account: AccountDocument): Promise<boolean>;
  /** The first step of giving a finished account an identifier. @returns false when an account has it already */
  stake(claim: ClaimDocument): Promise<boolean>;
  /**
   * The second step, and the one with which it has happened.
   * @param account as it was when it was claimed for
   * @returns the account with the identifier, or null when somebody has changed it in between
   */
  join(account: AccountDocument, claim: ClaimDocument): Promise<AccountDocument | null>;
  /** Removes what an account that is gone has claimed. */
  letGo(account: AccountDocument): Promise<void>;
}

export const createIdentifierClaims = (models: Models): IdentifierClaims => ({
  ownerOf: (identifier) => ownerOf(models, identifier),
  finish: (account) => finish(models, account),
  abandon: (account) => abandon(models, account),
  stake: (claim) => stake(models, claim),
  join: (account, claim) => join(models, account, claim),
  letGo: (account) => letGo(models, account),
});

/** The condition that an account has not got all of its identifiers yet. */
export const PENDING = { pendingSince: otherThan(null) } as const;

async function ownerOf(models: Models, identifier: Identifier): Promise<AccountDocument | null> {
  const [held] = await models.claims.aggregate<ClaimDocument & { readonly owner: readonly AccountDocument[] }>([
    { $match: { _id: claimKey(identifier) } },
    { $lookup: { from: models.accounts.collection.name, localField: 'accountId', foreignField: '_id', as: 'owner' } },
  ]);
  if (held === undefined) return null;
  const [owner] = held.owner;
  if (owner?.pendingSince === null && owns(owner, held)) return owner;
  return (await behind(models, held)) ?? ownerOf(models, identifier);
}

/** The finished account behind a claim; null when there is none, and then the claim is gone too. */
async function behind(models: Models, held: ClaimDocument): Promise<AccountDocument | null> {
  const { _id, accountId } = held;
  const account = await models.accounts.findOne({ _id: accountId }).lean<AccountDocument>();
  if (account !== null && account.pendingSince !== null) {
    // What has become of it by then, by whoever: it is finished, or it is gone.
    await finish(models, account);
    return behind(models, held);
  }
  if (account !== null && owns(account, held)) return account;
  if (account !== null && account.version === held.joining?.version) {
    return (await join(models, account, held)) ?? behind(models, held);
  }
  // Exactly this one: the same account may be on its way to it anew.
  await models.claims.deleteOne({ _id, accountId, 'joining.version': held.joining?.version ?? null });
  return null;
}

const owns = (account: AccountDocument, { _id }: ClaimDocument): boolean =>
  account.identifiers.some((entry) => claimKey(entry) === _id);

async function join(models: Models, account: AccountDocument, claim: ClaimDocument): Promise<AccountDocument | null> {
  const verifiedAt = claim.joining?.verifiedAt.getTime() ?? 0;
  const added = { ...toIdentifier(claim._id), verifiedAt, primary: false };
  const before = toAccount(account);
  const held = claim.joining?.held === undefined ? before.held : toHold(claim.joining.held);
  return replaceIdentifiers(models, account, { identifiers: withIdentifier(before.identifiers, added), held });
}

/** @returns the account as it is then, or null when it is not the one any more that was read */
export const replaceIdentifiers = (
  { accounts }: Models,
  { _id, version }: AccountDocument,
  { identifiers, held }: Pick<Account, 'identifiers' | 'held'>,
): Promise<AccountDocument | null> =>
  accounts
    .findOneAndUpdate(
      { _id, version, pendingSince: null },
      {
        $set: { identifiers: toIdentifierDocuments(identifiers), held: toHoldDocument(held) },
        $inc: { version: 1 },
      },
      { returnDocument: 'after' },
    )
    .lean<AccountDocument>();

async function finish(models: Models, account: AccountDocument): Promise<boolean> {
  const { accounts } = models;
  // All claim in the same order, so that of two who want each other's one gives way at the first of them.
  for (const key of account.identifiers.map(claimKey).sort()) {
    if (await stake(models, { _id: key, accountId: account._id })) continue;
    await abandon(models, account);
    return false;
  }
  const { matchedCount } = await accounts.updateOne({ _id: account._id, ...PENDING }, { $set: { pendingSince: null } });
  if (matchedCount === 1 || (await accounts.exists({ _id: account._id })) !== null) return true;
  // It was removed while claims were made for it.
  await letGo(models, account);
  return false;
}

/** @returns false when a finished account has the key already; to one that is pending, its own claims do not count */
async function stake(models: Models, claim: ClaimDocument): Promise<boolean> {
  for (;;) {
    if (await insertNew(models.claims, { ...claim, masked: maskOfClaim(claim._id) })) return true;
    const held = await models.claims.findOne({ _id: claim._id }).lean<ClaimDocument>();
    if (held?.accountId === claim.accountId && claim.joining === undefined) return true;
    // One that leads nowhere is cleared away by looking behind it; then the place is free.
    if (held !== null && (await behind(models, held)) !== null) return false;
  }
}

async function abandon(models: Models, account: AccountDocument): Promise<boolean> {
  const { deletedCount } = await models.accounts.deleteOne({ _id: account._id, ...PENDING });
  if (deletedCount === 1) await letGo(models, account);
  return deletedCount === 1;
}

async function letGo({ claims }: Models, { _id, identifiers }: AccountDocument): Promise<void> {
  await claims.deleteMany({ _id: oneOf(identifiers.map(claimKey)), accountId: _id });
}
