import type { Account } from '../../../domain/account.ts';
import { isProblem } from '../../../domain/errors.ts';
import { parseMasked } from '../../../domain/identifier.ts';
import { parseIdentifier } from '../../../domain/parse-identifier.ts';
import type { People } from '../../../services/people.ts';
import { PAGE_SIZE } from './lists.ts';

/** A page of accounts. */
export interface FoundAccounts {
  readonly accounts: readonly Account[];
  /** Where the next page begins; null on the last one. */
  readonly next: string | null;
  /** Why nothing can be searched for by this, in a sentence; null when it could. */
  readonly refusal: string | null;
}

const NOBODY: FoundAccounts = { accounts: [], next: null, refusal: null };

/** What an account is called by us: 128 random bits. */
const ID = /^[A-Za-z0-9_-]{22}$/;

/**
 * Accounts by all that they can be found by: exactly an identifier, its masked form, an id. There is no search for a part
 * of an address: it would hand out what lists keep masked.
 *
 * @param search what somebody has typed; empty for all accounts
 * @param cursor where the page begins; null for the first
 */
export async function findAccounts(people: People, search: string, cursor: string | null): Promise<FoundAccounts> {
  if (search === '') return pageOf(await people.list(cursor, PAGE_SIZE + 1));
  const masked = parseMasked(search);
  if (masked !== null) return pageOf(await people.listByMask(masked, cursor, PAGE_SIZE + 1));
  try {
    const found = ID.test(search) ? people.find(search) : people.findBy(parseIdentifier(search, null));
    return pageOf([await found]);
  } catch (error) {
    if (isProblem(error, 'account_unknown')) return NOBODY;
    if (!isProblem(error, 'identifier_invalid')) throw error;
    return { ...NOBODY, refusal: 'This is no whole address, no number with a country code, no masked form and no id.' };
  }
}

function pageOf(found: readonly Account[]): FoundAccounts {
  const accounts = found.slice(0, PAGE_SIZE);
  return { accounts, next: found.length > PAGE_SIZE ? (accounts.at(-1)?.id ?? null) : null, refusal: null };
}
