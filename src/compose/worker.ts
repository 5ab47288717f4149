import { ConfigError } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { createHealthApp } from '../http/health-app.ts';
import { createListener, type Listener } from '../http/server.ts';
import type { Log } from '../ports/log.ts';
import { endBackground, startBackground, whyNoWorker } from './background.ts';
import { composeServices, type Services } from './services.ts';
import { type Overrides, openWorld, type World } from './world.ts';

/** A process that delivers messages and looks after the store, and at which nobody signs in. */
export interface WorkerProcess {
  readonly log: Log;
  /** Begins. @returns the port of its health listener; null when it has none */
  start(): Promise<number | null>;
  /** Finishes what is in its hands, so that no message waits for the end of a lease, and closes everything. */
  close(): Promise<void>;
}

/**
 * Puts a worker together of the parts of a server. Any number of them work beside the servers of one store. It tells no
 * application of ended sessions: whoever ends a session does, and a worker ends none.
 *
 * @throws ConfigError when nobody but a server can deliver; Error with a message for the operator as `openWorld`, and for a
 * `SECRET` that is not that of the store
 */
export async function createWorkerProcess(config: Config, overrides: Overrides = {}): Promise<WorkerProcess> {
  const why = whyNoWorker(config);
  if (why !== null) throw new ConfigError([why]);
  const world = await openWorld(config, overrides);
  const services = composeServices(config, world);
  try {
    // With another SECRET no code of the servers could be derived, and their messages would be given up.
    await services.signingKeys.open();
  } catch (error) {
    await endBackground(world, services);
    throw error;
  }
  return assemble(config, world, services);
}

function assemble(config: Config, world: World, services: Services): WorkerProcess {
  const lifecycle = { draining: (): boolean => listener.draining() };
  const listener: Listener = createListener(createHealthApp({ ...world, lifecycle }), config.limits, world.log);
  const { healthPort } = config.delivery;
  return {
    log: world.log,
    async start() {
      const port = healthPort === null ? null : await listener.listen(healthPort, config.host);
      startBackground(services, true);
      return port;
    },
    async close() {
      await listener.close(true);
      await endBackground(world, services);
    },
  };
}
