import type { Account, AccountIdentifier, ProvenIdentifier } from '../../domain/account.ts';
import { hasIdentifier, withIdentifier, withoutIdentifier, withPrimary } from '../../domain/account-identifiers.ts';
import { type ChangeTerms, heldAfter } from '../../domain/hold.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { AttachResult, DetachResult } from '../../ports/store/records.ts';
import { type AccountStatements, heldColumn, toIdentifierRows } from './account-rows.ts';

/** Changes to the identifiers of an account, each as a step of one transaction: call them inside `write` only. */
export interface IdentifierChanges {
  attach(accountId: string, identifier: ProvenIdentifier, terms?: ChangeTerms): AttachResult;
  detach(accountId: string, identifier: Identifier, terms?: ChangeTerms): DetachResult;
  makePrimary(accountId: string, identifier: Identifier, terms?: ChangeTerms): Account | null;
  release(accountId: string): Account | null;
}

interface Lookups {
  byId(id: string): Account | null;
  findOwner(identifier: Identifier): Account | null;
}

export function createIdentifierChanges(sql: AccountStatements, { byId, findOwner }: Lookups): IdentifierChanges {
  const changed = (
    account: Account,
    identifiers: readonly AccountIdentifier[],
    terms: ChangeTerms | undefined,
  ): Account => {
    const held = terms === undefined ? account.held : heldAfter(account, terms);
    sql.removeIdentifiers.run({ id: account.id });
    for (const row of toIdentifierRows({ id: account.id, identifiers })) sql.insertIdentifier.run(row);
    sql.hold.run({ id: account.id, held: heldColumn(held) });
    return { ...account, identifiers, held, version: account.version + 1 };
  };
  return {
    attach(accountId, identifier, terms) {
      const account = byId(accountId);
      if (account === null) return { refused: 'gone' };
      if (findOwner(identifier) !== null) return { refused: 'taken' };
      return { attached: changed(account, withIdentifier(account.identifiers, identifier), terms) };
    },
    detach(accountId, identifier, terms) {
      const account = byId(accountId);
      if (account === null || !hasIdentifier(account, identifier)) return { refused: 'gone' };
      if (account.identifiers.length === 1) return { refused: 'last' };
      return { detached: changed(account, withoutIdentifier(account.identifiers, identifier), terms) };
    },
    makePrimary(accountId, identifier, terms) {
      const account = byId(accountId);
      if (account === null || !hasIdentifier(account, identifier)) return null;
      return changed(account, withPrimary(account.identifiers, identifier), terms);
    },
    release(id) {
      const account = byId(id);
      if (account === null || account.held === null) return null;
      sql.hold.run({ id, held: null });
      return { ...account, held: null, version: account.version + 1 };
    },
  };
}
