import { type Suite, useServer } from '../support/journey.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { type DatabaseLine, startDatabaseLine } from '../support/mongo/line.ts';

/** A server whose store is at the other end of a line that can be disturbed. */
export interface DistantStore {
  readonly suite: Suite;
  readonly line: DatabaseLine;
}

/**
 * Starts it before the tests of the enclosing `describe` and stops it after them. After each test the line is open.
 *
 * @param mongo the URI of the database server
 * @param env settings of the server; a function for what is known only then
 */
export function useDistantStore(
  mongo: () => string,
  env: () => Promise<Readonly<Record<string, string>>> = async () => ({}),
): DistantStore {
  let database: TestDatabase | undefined;
  let line: DatabaseLine | undefined;
  const suite = useServer(async () => {
    database = await createTestDatabase(mongo());
    line = await startDatabaseLine(database.url);
    return { env: { STORE_URL: line.url, ...(await env()) } };
  });
  afterEach(async () => {
    line?.delay(0);
    await line?.set('open');
  });
  after(async () => {
    await line?.close();
    await database?.drop();
  });
  return {
    suite,
    get line() {
      if (line === undefined) throw new Error('the line is there inside hooks and tests only');
      return line;
    },
  };
}
