import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { migrations } from './store-sqlite/migrations/list.ts';
import { openSqliteStore } from './store-sqlite/store.ts';

/** What a store is made of, and the version of its schema that this program writes. */
export interface StoreKind {
  readonly technology: 'SQLite' | 'MongoDB';
  /** Of the store from the moment it is open: opening brings an older one up to date and refuses a newer one. */
  readonly schema: number;
}

const SQLITE = 'sqlite:';

/**
 * Opens the store that a URL names, and brings its schema up to date: `sqlite:<file>`, relative to the working directory,
 * or `mongodb://…` and `mongodb+srv://…`, whose path names the database.
 *
 * @param options.mustExist refuse a file that is not there instead of making it
 * @throws Error with a message for the operator, without credentials: nothing knows the scheme, or what the adapter says
 */
export async function openStore(
  url: string,
  log: Log,
  { mustExist = false }: { readonly mustExist?: boolean } = {},
): Promise<Store> {
  if (url.startsWith(SQLITE)) {
    const path = resolve(url.slice(SQLITE.length));
    if (mustExist && !existsSync(path)) throw new Error(`${path} does not exist`);
    return openSqliteStore({ path, log });
  }
  if (isMongo(url)) {
    // Loaded late: an installation that lives in one file does not wait for the driver at each start.
    const { openMongoStore } = await import('./store-mongo/store.ts');
    return openMongoStore({ url, log });
  }
  throw unknownScheme(url);
}

/** What is known of the store of a URL without opening it. @throws Error when nothing knows the scheme */
export async function storeKind(url: string): Promise<StoreKind> {
  if (url.startsWith(SQLITE)) return { technology: 'SQLite', schema: migrations.length };
  if (isMongo(url)) {
    const { SCHEMA_VERSION } = await import('./store-mongo/prepare.ts');
    return { technology: 'MongoDB', schema: SCHEMA_VERSION };
  }
  throw unknownScheme(url);
}

const isMongo = (url: string): boolean => /^mongodb(?:\+srv)?:/.test(url);

/** The rest of the URL is not told: it may hold a password. */
const unknownScheme = (url: string): Error =>
  new Error(
    `a store URL begins with sqlite:, mongodb: or mongodb+srv:, not with ${/^[a-z][\w+.-]*:/i.exec(url)?.[0] ?? 'that'}`,
  );
