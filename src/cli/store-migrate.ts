import { openStore, storeKind } from '../adapters/open-store.ts';
import { loadFromProcess } from '../config/load.ts';
import type { Store } from '../ports/store.ts';
import { everyOne } from '../services/upkeep/store-comparison.ts';
import { type Command, EXIT, JSON_OPTION } from './command.ts';
import { maskUrls } from './masking.ts';
import { storeLog } from './store-log.ts';

export const storeMigrate: Command = {
  name: 'store migrate',
  summary: 'Makes the configured store ready for this version of the program',
  details: [
    'Opens the store that STORE_URL names, makes the file or the collections if they are not there, brings the schema up to date and builds the indexes that are missing. A start does the same; doing it before keeps the first start after an update short.',
    'SQLite: the server has to be stopped, because one process holds the file. MongoDB: servers may run; an older program goes on unless the notes of the release say otherwise.',
    'A store that a newer program has written is refused and left as it is.',
  ],
  options: { json: JSON_OPTION },
  examples: ['STORE_URL=mongodb://db.example.com/countersign countersign store migrate'],
  async run({ json }, terminal) {
    const { config } = loadFromProcess();
    const { url } = config.store;
    const store = await openStore(url, storeLog(terminal));
    try {
      const result = { store: maskUrls(url), ...(await storeKind(url)), ...(await inventory(store)) };
      terminal.print(json === true ? JSON.stringify(result, null, 2) : sentence(result));
    } finally {
      await store.close();
    }
    return EXIT.ok;
  },
};

interface Inventory {
  readonly clients: number;
  readonly keys: number;
}

/** Accounts are not counted: there may be millions, and nobody waits for that number here. */
async function inventory(store: Store): Promise<Inventory> {
  let clients = 0;
  for await (const _client of everyOne(store.clients.list)) clients += 1;
  return { clients, keys: (await store.keys.list()).length };
}

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

const sentence = (result: Inventory & { store: string; technology: string; schema: number }): string =>
  `${result.store} is ready: ${result.technology}, schema ${result.schema}, with ${counted(result.keys, 'signing key', 'signing keys')} and ${counted(result.clients, 'client', 'clients')}.`;
