/** Countersign as it is shipped, in a process of its own; only its store is counted. */
import { fileURLToPath } from 'node:url';
import { createServer } from '../../src/compose.ts';
import { loadConfig } from '../../src/config/load.ts';
import { countedStore } from './counted-store.ts';
import { answerLoadGenerator, createOperationCounter } from './process-link.ts';

const counter = createOperationCounter();
const { config } = loadConfig(process.env, { directory: fileURLToPath(new URL('../..', import.meta.url)) });
const server = await createServer(config, { wrapStore: (store) => countedStore(store, counter) });
const { url } = await server.listen();
answerLoadGenerator(url, counter, () => server.close());
