import type { Account } from '../../../domain/account.ts';
import { parseMasked } from '../../../domain/identifier.ts';
import { parseIdentifier } from '../../../domain/parse-identifier.ts';
import type { People } from '../../../services/people/people.ts';
import { PAGE_SIZE } from './lists.ts';

/** A page of accounts. */
export interface FoundAccounts {
  readonly accounts: readonly Account[];
  /** Where the next page begins; null on the last one. */
  readonly next: string | null;
}

/** What an account is called by us: 128 random bits. */
const ID = /^[A-Za-z0-9_-]{22}$/;

/**
 * Whom somebody has typed: exactly an identifier, or an id.
 *
 * @throws Problem `identifier_invalid` for what is neither, `account_unknown`
 */
export const personBy = async (people: Pick<People, 'find' | 'findBy'>, text: string): Promise<Account> =>
  ID.test(text) ? people.find(text) : people.findBy(parseIdentifier(text, null));

/**
 * Accounts page by page, or those of a masked form. There is no search for a part of an address: it would hand out what
 * lists keep masked.
 *
 * @param search a masked form; empty, as anything that is none, for all accounts
 * @param cursor where the page begins; null for the first
 */
export async function listAccounts(people: People, search: string, cursor: string | null): Promise<FoundAccounts> {
  const masked = parseMasked(search);
  const found =
    masked === null ? await people.list(cursor, PAGE_SIZE + 1) : await people.listByMask(masked, cursor, PAGE_SIZE + 1);
  const accounts = found.slice(0, PAGE_SIZE);
  return { accounts, next: found.length > PAGE_SIZE ? (accounts.at(-1)?.id ?? null) : null };
}
