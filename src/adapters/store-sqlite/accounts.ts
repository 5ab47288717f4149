import type { Account, Consent } from '../../domain/account.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { AccountStore } from '../../ports/store/records.ts';
import {
  type AccountRow,
  type AccountStatements,
  consentsOf,
  prepareAccounts,
  toAccount,
  toIdentifierRows,
  toRow,
  widened,
} from './account-rows.ts';
import type { SqliteDatabase } from './database.ts';
import { prepareFirstProof } from './first-proof.ts';
import { createIdentifierChanges } from './identifier-changes.ts';

export function createAccountStore(database: SqliteDatabase): AccountStore {
  const sql = prepareAccounts(database);
  const { assembled, findOwner, ownerOfAny } = createLookups(sql);
  const byId = (id: string): Account | null => assembled(sql.find.get({ id }));
  const changes = createIdentifierChanges(sql, { byId, findOwner });
  const proveFirst = prepareFirstProof(database, sql, byId);

  const createOrFind = (account: Account): { readonly account: Account; readonly created: boolean } => {
    const owner = ownerOfAny(account);
    if (owner !== null) return { account: owner, created: false };
    sql.insert.run(toRow(account));
    for (const row of toIdentifierRows(account)) sql.insertIdentifier.run(row);
    return { account, created: true };
  };

  return {
    findById: (id) => database.read(() => byId(id)),
    list: (after, limit) =>
      database.read(() => sql.list.all({ after: after ?? '', limit }).flatMap((row) => assembled(row) ?? [])),
    listByMask: (masked, after, limit) =>
      database.read(() =>
        sql.listByMask.all({ masked, after: after ?? '', limit }).flatMap((row) => assembled(row) ?? []),
      ),
    findByIdentifier: (identifier) => database.read(() => findOwner(identifier)),
    async createOrFind(account) {
      // Nearly everybody has been here before, and a read does not wait for the disk; the write looks again.
      const owner = await database.read(() => ownerOfAny(account));
      return owner === null ? database.write(() => createOrFind(account)) : { account: owner, created: false };
    },
    update: (account) => database.write(() => assembled(sql.update.get(toRow(account)))),
    recordConsent: (accountId, consent) => database.write(() => recordConsent(sql, accountId, consent)),
    proveFirst: (accountId, identifier, at) => database.write(() => proveFirst(accountId, identifier, at)),
    attach: (accountId, identifier, terms) => database.write(() => changes.attach(accountId, identifier, terms)),
    detach: (accountId, identifier, terms) => database.write(() => changes.detach(accountId, identifier, terms)),
    makePrimary: (accountId, identifier, terms) =>
      database.write(() => changes.makePrimary(accountId, identifier, terms)),
    release: (accountId) => database.write(() => changes.release(accountId)),
    remove: (accountId) => database.write(() => sql.remove.run({ id: accountId }).changes === 1),
  };
}

function recordConsent(sql: AccountStatements, accountId: string, consent: Consent): void {
  const row = sql.find.get({ id: accountId });
  if (row === undefined) return;
  const consents = JSON.stringify(widened(consentsOf(row), consent));
  sql.setConsents.run({ id: accountId, consents });
}

/** Accounts from their rows, by what they are known by. */
function createLookups(sql: AccountStatements) {
  const assembled = (row: AccountRow | undefined): Account | null =>
    row === undefined ? null : toAccount(row, sql.identifiers.all({ id: row.id }));
  const findOwner = ({ channel, value }: Identifier): Account | null =>
    assembled(sql.findByIdentifier.get({ channel, value }));
  const ownerOfAny = ({ identifiers }: Account): Account | null => {
    for (const identifier of identifiers) {
      const owner = findOwner(identifier);
      if (owner !== null) return owner;
    }
    return null;
  };
  return { assembled, findOwner, ownerOfAny };
}
