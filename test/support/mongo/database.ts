import { randomBytes } from 'node:crypto';
import { type Connection, Mongoose, type mongo } from 'mongoose';
import { databaseUrl, TEST_DATABASE } from './database-url.ts';

/** A database that nobody else uses, on a server of the tests. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** For what a test does past the store. */
  readonly connection: Connection;
  collection(name: string): mongo.Collection<{ readonly _id: string; readonly [field: string]: unknown }>;
  /** Names of the collections there are. */
  collections(): Promise<string[]>;
  /** Empties the collections and leaves them, with their indexes, in place. */
  empty(): Promise<void>;
  /** Removes the indexes that delete by the server's clock: the records of many tests live in a past that it knows. */
  stopExpiry(): Promise<void>;
  drop(): Promise<void>;
}

export async function createTestDatabase(server: string): Promise<TestDatabase> {
  const name = TEST_DATABASE + randomBytes(6).toString('hex');
  const url = databaseUrl(server, name);
  const connection = await new Mongoose().createConnection(url, { serverSelectionTimeoutMS: 10_000 }).asPromise();
  const database = connection.getClient().db(name);
  return {
    url,
    name,
    connection,
    collection: (of) => database.collection(of),
    collections: async () => (await database.collections()).map(({ collectionName }) => collectionName),
    async empty() {
      const records = (await database.collections()).filter(({ collectionName }) => collectionName !== 'meta');
      await Promise.all(records.map((collection) => collection.deleteMany({})));
    },
    async stopExpiry() {
      for (const collection of await database.collections()) {
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
