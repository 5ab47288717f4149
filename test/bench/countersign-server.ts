/** Countersign as it is shipped, in a process of its own; only its store is counted. */
import { fileURLToPath } from 'node:url';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import { createServer } from '../../src/compose.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Store } from '../../src/ports/store.ts';
import { countedStore } from './counted-store.ts';
import { answerLoadGenerator, createOperationCounter } from './process-link.ts';

const counter = createOperationCounter();
const { config } = loadConfig(process.env, { directory: fileURLToPath(new URL('../..', import.meta.url)) });
const store = config.store.url.startsWith('mongodb') ? await tappedStore(config.store.url) : null;
const server = await createServer(config, { wrapStore: (opened) => countedStore(inPlaceOf(opened, store), counter) });
const { url } = await server.listen();
answerLoadGenerator(url, counter, () => server.close());

/** The store on MongoDB with its commands counted, too, as `command find artifacts`. */
function tappedStore(storeUrl: string): Promise<Store> {
  return openMongoStore({
    url: storeUrl,
    onCommand: ({ commandName, command }) => counter.count(`command ${commandName} ${String(command[commandName])}`),
  });
}

/** The same database is opened twice for that, and used once. */
function inPlaceOf(opened: Store, other: Store | null): Store {
  if (other !== null) void opened.close();
  return other ?? opened;
}
