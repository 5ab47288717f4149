import { createWorkerProcess } from '../compose/worker.ts';
import { ConfigError, loadFromProcess } from '../config/load.ts';
import { unsafeInProduction } from '../config/safety.ts';
import { type Command, EXIT } from './command.ts';
import { maskUrls } from './masking.ts';

export const worker: Command = {
  name: 'worker',
  summary: 'Delivers messages beside servers that do not',
  details: [
    'For installations that keep delivery out of their servers: start as many as are wanted beside them, with the same configuration, and the servers with DELIVERY_IN_SERVER=false. Workers share the outbox; what one has in its hands when it dies is taken over after DELIVERY_LEASE_SECONDS.',
    'It needs MongoDB: one process holds an SQLite file, and that is the server.',
    'With DELIVERY_HEALTH_PORT it answers /health/live and /health/ready there, and nothing else. SIGTERM lets it finish what is in its hands.',
    'Applications are told of ended sessions by the server that has ended them, not by a worker.',
  ],
  options: {},
  examples: ['NODE_ENV=production DELIVERY_HEALTH_PORT=3000 SECRET_FILE=/run/secrets/secret countersign worker'],
  async run(_values, terminal) {
    const { config, warnings } = loadFromProcess();
    const unsafe = config.environment === 'production' ? unsafeInProduction(config) : [];
    if (unsafe.length > 0) throw new ConfigError(unsafe);
    const work = await createWorkerProcess(config);
    for (const warning of warnings) work.log.warn({}, warning);
    const signal = signalled();
    try {
      const port = await work.start();
      const health = port === null ? '' : `; health on port ${port}`;
      terminal.note(`Delivering from ${maskUrls(config.store.url)}${health}.`);
      work.log.info({ signal: await signal }, 'stopping');
    } finally {
      await work.close();
    }
    return EXIT.ok;
  },
};

/** Resolves with the first signal to stop; a second one does not wait. */
function signalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (stopping) process.exit(EXIT.interrupted);
      stopping = true;
      resolve(signal);
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  });
}
