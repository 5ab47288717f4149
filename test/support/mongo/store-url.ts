import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { databaseUrl, TEST_DATABASE } from './database-url.ts';

/**
 * The STORE_URL of a test's server: a file in its directory, or with `STORE=mongo` a database of its own on the server
 * that `MONGODB_URI` names. The same directory is the same store.
 */
export function storeUrlOf(directory: string): string {
  const { STORE, MONGODB_URI } = process.env;
  if (STORE !== 'mongo') return `sqlite:${join(directory, 'countersign.db')}`;
  if (MONGODB_URI === undefined) throw new Error('STORE=mongo needs MONGODB_URI; npm run test:mongo sets both');
  return databaseUrl(MONGODB_URI, TEST_DATABASE + createHash('sha256').update(directory).digest('hex').slice(0, 12));
}
