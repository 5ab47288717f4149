import { mongoServer } from './server.ts';
import { findMongo } from './source.ts';

/**
 * Describes what needs a MongoDB server, and starts one before it. Where none can be had the suite is pending and its
 * title says why.
 *
 * @param suite is given the server's URI, which is there inside hooks and tests only
 */
export function describeWithMongo(title: string, suite: (server: () => string) => void): void {
  const source = findMongo();
  if ('missing' in source) {
    describe.skip(title, () => {
      it(`needs a server: ${source.missing}`);
    });
    return;
  }
  describe(title, () => {
    let uri: string | undefined;
    before(async function startServer() {
      this.timeout(60_000);
      uri = await mongoServer(source);
    });
    suite(() => {
      if (uri === undefined) throw new Error('the server is there inside hooks and tests only');
      return uri;
    });
  });
}
