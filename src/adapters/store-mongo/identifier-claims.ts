import type { Identifier } from '../../domain/identifier.ts';
import { oneOf, otherThan } from './comparisons.ts';
import { type AccountDocument, type ClaimDocument, claimKey } from './documents/account.ts';
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
}

export const createIdentifierClaims = (models: Models): IdentifierClaims => ({
  ownerOf: (identifier) => ownerOf(models, identifier),
  finish: (account) => finish(models, account),
  abandon: (account) => abandon(models, account),
});

/** The condition that an account has not got all of its identifiers yet. */
export const PENDING = { pendingSince: otherThan(null) } as const;

async function ownerOf(models: Models, identifier: Identifier): Promise<AccountDocument | null> {
  const held = await models.claims.findOne({ _id: claimKey(identifier) }).lean<ClaimDocument>();
  return held === null ? null : ((await behind(models, held)) ?? ownerOf(models, identifier));
}

/** The finished account behind a claim; null when there is none, and then the claim is gone too. */
async function behind(models: Models, { _id, accountId }: ClaimDocument): Promise<AccountDocument | null> {
  const account = await models.accounts.findOne({ _id: accountId }).lean<AccountDocument>();
  if (account !== null && (account.pendingSince === null || (await finish(models, account)))) return account;
  await models.claims.deleteOne({ _id, accountId });
  return null;
}

async function finish(models: Models, account: AccountDocument): Promise<boolean> {
  const { accounts } = models;
  // All claim in the same order, so that of two who want each other's one gives way at the first of them.
  for (const key of account.identifiers.map(claimKey).sort()) {
    if (await claim(models, key, account._id)) continue;
    await abandon(models, account);
    return false;
  }
  const { matchedCount } = await accounts.updateOne({ _id: account._id, ...PENDING }, { $set: { pendingSince: null } });
  if (matchedCount === 1 || (await accounts.exists({ _id: account._id })) !== null) return true;
  // It was removed while claims were made for it.
  await letGo(models, account);
  return false;
}

/** @returns false when a finished account other than this one has the key */
async function claim(models: Models, key: string, accountId: string): Promise<boolean> {
  for (;;) {
    if (await insertNew(models.claims, { _id: key, accountId })) return true;
    const held = await models.claims.findOne({ _id: key }).lean<ClaimDocument>();
    if (held?.accountId === accountId) return true;
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
