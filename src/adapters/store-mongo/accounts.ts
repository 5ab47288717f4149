import type { Account, Consent } from '../../domain/account.ts';
import { maskIdentifier } from '../../domain/identifier.ts';
import type { Log } from '../../ports/log.ts';
import type { AccountStore } from '../../ports/store/records.ts';
import { above, oneOf, otherThan } from './comparisons.ts';
import { type AccountDocument, type ClaimDocument, toAccount, toAccountDocument } from './documents/account.ts';
import { createIdentifierChanges } from './identifier-changes.ts';
import { type IdentifierClaims, PENDING } from './identifier-claims.ts';
import type { Models } from './models.ts';
import { storeUnavailable } from './unavailable.ts';
import { insertNew } from './writes.ts';

export function createAccountStore(models: Models, claims: IdentifierClaims, log: Log | undefined): AccountStore {
  const { accounts } = models;
  return {
    async findById(id) {
      return decoded(await accounts.findOne({ _id: id, pendingSince: null }).lean<AccountDocument>());
    },
    async list(after, limit) {
      // Strings compare by their UTF-8 bytes where no collation is asked for.
      const page = accounts.find({ pendingSince: null, ...(after === null ? {} : { _id: above(after) }) });
      return (await page.sort({ _id: 1 }).limit(limit).lean<AccountDocument[]>()).map(toAccount);
    },
    listByMask: (masked, after, limit) => listByMask(models, masked, after, limit),
    findByIdentifier: async (identifier) => decoded(await claims.ownerOf(identifier)),
    createOrFind: (account) => createOrFind(models, claims, account),
    async update(account) {
      const { attributes, consents, devices, status } = toAccountDocument(account, null);
      const stored = await accounts
        .findOneAndUpdate(
          { _id: account.id, version: account.version },
          { $set: { attributes, consents, devices, status }, $inc: { version: 1 } },
          { returnDocument: 'after' },
        )
        .lean<AccountDocument>();
      return decoded(stored);
    },
    recordConsent: (accountId, consent) => recordConsent(models, accountId, consent),
    ...createIdentifierChanges({ models, claims, log }),
  };
}

/** Claims are read in portions: several of one account look alike, and some lead nowhere any more (identifier-claims.ts). */
async function listByMask(models: Models, masked: string, after: string | null, limit: number): Promise<Account[]> {
  const found: Account[] = [];
  let cursor = after;
  while (found.length < limit) {
    const theirs = { masked, ...(cursor === null ? {} : { accountId: above(cursor) }) };
    const claims = await models.claims.find(theirs).sort({ accountId: 1 }).limit(limit).lean<ClaimDocument[]>();
    const ids = [...new Set(claims.map(({ accountId }) => accountId))];
    const accounts = await models.accounts
      .find({ _id: oneOf(ids) })
      .sort({ _id: 1 })
      .lean<AccountDocument[]>();
    const isMeant = ({ identifiers }: Account): boolean =>
      identifiers.some((entry) => maskIdentifier(entry) === masked);
    found.push(
      ...accounts
        .filter(({ pendingSince }) => pendingSince === null)
        .map(toAccount)
        .filter(isMeant),
    );
    cursor = ids.at(-1) ?? null;
    if (claims.length < limit) break;
  }
  return found.slice(0, limit);
}

const decoded = (stored: AccountDocument | null): Account | null => (stored === null ? null : toAccount(stored));

/**
 * The account first, then its identifiers (identifier-claims.ts). A crash in between leaves a pending account, which the
 * next sign-in with one of them finishes, or the purge removes; nobody has been told of it.
 */
async function createOrFind({ accounts }: Models, claims: IdentifierClaims, account: Account) {
  const owner = await ownerOfAny(claims, account);
  if (owner !== null) return { account: owner, created: false };
  // Of this moment, not of `createdAt`: a copied account is years old, and the purge looks for what was left behind.
  const stored = toAccountDocument(account, new Date());
  // Under this id something is there already: a copy of accounts that was broken off and is made again, and is finished.
  const created = await insertNew(accounts, stored);
  const pending = created ? stored : await accounts.findOne({ _id: account.id, ...PENDING }).lean<AccountDocument>();
  if (pending !== null && (await claims.finish(pending))) return { account: toAccount(pending), created };
  const faster = await ownerOfAny(claims, account);
  if (faster !== null) return { account: faster, created: false };
  if ((await accounts.exists({ _id: account.id, pendingSince: null })) !== null) {
    throw new Error('an account of this id is there already');
  }
  // Not once more with the same id, which could mix up the two lives of one account.
  throw storeUnavailable(new Error('an identifier did not hold still'));
}

async function ownerOfAny(claims: IdentifierClaims, account: Account): Promise<Account | null> {
  for (const identifier of account.identifiers) {
    const owner = await claims.ownerOf(identifier);
    if (owner !== null) return toAccount(owner);
  }
  return null;
}

/**
 * Widens the client's consent where there is one, or else adds it: each a conditional write on one document, and if
 * somebody added it in between, the first one finds it. The version rises, so that an update that read the former
 * consents does not put them back.
 */
async function recordConsent({ accounts }: Models, accountId: string, consent: Consent): Promise<void> {
  const { clientId } = consent;
  const grantedAt = new Date(consent.grantedAt);
  const widen = () =>
    accounts.updateOne(
      { _id: accountId, 'consents.clientId': clientId },
      {
        $addToSet: {
          'consents.$.scopes': { $each: [...consent.scopes] },
          'consents.$.claims': { $each: [...consent.claims] },
        },
        $set: { 'consents.$.grantedAt': grantedAt },
        $inc: { version: 1 },
      },
    );
  if ((await widen()).matchedCount === 1) return;
  const added = await accounts.updateOne(
    { _id: accountId, 'consents.clientId': otherThan(clientId) },
    { $push: { consents: { ...consent, grantedAt } }, $inc: { version: 1 } },
  );
  if (added.matchedCount === 0) await widen();
}
