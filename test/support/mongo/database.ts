import { randomBytes } from 'node:crypto';
import { type Connection, Mongoose } from 'mongoose';

/** The URL of one database on a server. */
export const databaseUrl = (server: string, database: string): string =>
  server.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/${database}`);

/** A database that nobody else uses, on a server of the tests. */
export interface TestDatabase {
  readonly url: string;
  /** For what a test does past the store. */
  readonly connection: Connection;
  /** Empties the collections and leaves them, with their indexes, in place. */
  empty(): Promise<void>;
  /** Removes the indexes that delete by the server's clock: the records of many tests live in a past that it knows. */
  stopExpiry(): Promise<void>;
  drop(): Promise<void>;
}

export async function createTestDatabase(server: string): Promise<TestDatabase> {
  const url = databaseUrl(server, `countersign_test_${randomBytes(6).toString('hex')}`);
  const connection = await new Mongoose().createConnection(url, { serverSelectionTimeoutMS: 10_000 }).asPromise();
  const collections = async () => (await connection.db?.collections()) ?? [];
  return {
    url,
    connection,
    async empty() {
      const records = (await collections()).filter(({ collectionName }) => collectionName !== 'meta');
      await Promise.all(records.map((collection) => collection.deleteMany({})));
    },
    async stopExpiry() {
      for (const collection of await collections()) {
        for (const index of await collection.indexes()) {
          if (index.expireAfterSeconds !== undefined) await collection.dropIndex(index.name ?? '');
        }
      }
    },
    async drop() {
      await connection.dropDatabase();
      await connection.close();
    },
  };
}
