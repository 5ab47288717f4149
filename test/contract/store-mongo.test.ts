import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import type { Store } from '../../src/ports/store.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { slowStore } from '../support/slow-store.ts';
import { storeContract } from './store.contract.ts';

describeWithMongo('MongoDB store', (server) => {
  let database: TestDatabase;
  let store: Store;
  before(async () => {
    database = await createTestDatabase(server());
    store = await openMongoStore({ url: database.url });
    await database.stopExpiry();
  });
  after(async () => {
    await store.close();
    await database.drop();
  });
  const emptied = async (wrap: (store: Store) => Store) => {
    await database.empty();
    return { store: wrap(store), close: async () => undefined };
  };

  storeContract('MongoDB', () => emptied((opened) => opened));

  storeContract('MongoDB, milliseconds further away', () => emptied((opened) => slowStore(opened)));
});
