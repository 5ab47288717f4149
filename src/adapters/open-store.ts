import { resolve } from 'node:path';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { openSqliteStore } from './store-sqlite/store.ts';

/**
 * Opens the store that a URL names, and brings its schema up to date: `sqlite:<file>`, relative to the working directory.
 *
 * @throws Error with a message for the operator, without credentials: nothing knows the scheme, or what the adapter says
 */
export async function openStore(url: string, log: Log): Promise<Store> {
  const scheme = url.slice(0, url.indexOf(':') + 1);
  if (scheme === 'sqlite:') return openSqliteStore({ path: resolve(url.slice(scheme.length)), log });
  throw new Error(`a store URL begins with sqlite:, got ${scheme === '' ? 'no scheme' : scheme}`);
}
