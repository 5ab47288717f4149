import type { Account, AccountIdentifier, ProvenIdentifier } from '../../domain/account.ts';
import { hasIdentifier, withIdentifier, withoutIdentifier, withPrimary } from '../../domain/account-identifiers.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { AttachResult, DetachResult } from '../../ports/store/records.ts';
import { type AccountStatements, toIdentifierRows } from './account-rows.ts';

/** Changes to the identifiers of an account, each as a step of one transaction: call them inside `write` only. */
export interface IdentifierChanges {
  proveFirst(accountId: string, identifier: Identifier, verifiedAt: number): Account | null;
  attach(accountId: string, identifier: ProvenIdentifier): AttachResult;
  detach(accountId: string, identifier: Identifier): DetachResult;
  makePrimary(accountId: string, identifier: Identifier): Account | null;
}

interface Lookups {
  byId(id: string): Account | null;
  findOwner(identifier: Identifier): Account | null;
}

export function createIdentifierChanges(sql: AccountStatements, { byId, findOwner }: Lookups): IdentifierChanges {
  const changed = (account: Account, identifiers: readonly AccountIdentifier[]): Account => {
    sql.removeIdentifiers.run({ id: account.id });
    for (const row of toIdentifierRows({ id: account.id, identifiers })) sql.insertIdentifier.run(row);
    sql.raise.run({ id: account.id });
    return { ...account, identifiers, version: account.version + 1 };
  };
  return {
    proveFirst(id, { channel, value }, verifiedAt) {
      if (sql.proveFirst.run({ id, channel, value, verifiedAt }).changes === 0) return null;
      sql.raise.run({ id });
      return byId(id);
    },
    attach(accountId, identifier) {
      const account = byId(accountId);
      if (account === null) return { refused: 'gone' };
      if (findOwner(identifier) !== null) return { refused: 'taken' };
      return { attached: changed(account, withIdentifier(account.identifiers, identifier)) };
    },
    detach(accountId, identifier) {
      const account = byId(accountId);
      if (account === null || !hasIdentifier(account, identifier)) return { refused: 'gone' };
      if (account.identifiers.length === 1) return { refused: 'last' };
      return { detached: changed(account, withoutIdentifier(account.identifiers, identifier)) };
    },
    makePrimary(accountId, identifier) {
      const account = byId(accountId);
      if (account === null || !hasIdentifier(account, identifier)) return null;
      return changed(account, withPrimary(account.identifiers, identifier));
    },
  };
}
