import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { slowStore } from '../support/slow-store.ts';
import { scratchFile } from './scratch-file.ts';
import { type OpenedStore, storeContract } from './store.contract.ts';

async function openScratchStore(): Promise<OpenedStore> {
  const file = scratchFile();
  const store = await openSqliteStore({ path: file.path });
  const close = async () => {
    await store.close();
    file.remove();
  };
  return { store, close };
}

storeContract('SQLite', openScratchStore);

storeContract('SQLite, milliseconds away', async () => {
  const { store, close } = await openScratchStore();
  return { store: slowStore(store), close };
});
