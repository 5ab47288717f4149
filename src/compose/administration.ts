import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config/schema.ts';
import { createApp } from '../http/app.ts';
import type { LogoutNotices } from '../services/logout-notices.ts';
import { composeAdmin } from './admin.ts';
import { composeEdge, type Edge } from './edge.ts';
import { composeEngine } from './engine.ts';
import { composeServices, type Services } from './services.ts';
import { type Overrides, openWorld, type World } from './world.ts';

/** The Admin API without a server: for whoever administers where none is running. */
export interface Administration {
  /** Serves HTTP on one end of a connection in this process. */
  attend(connection: Duplex): void;
  /** Finishes what was begun, writes the audit trail and closes the store. @returns what is left to others */
  close(): Promise<Leftover>;
}

/** What could not be finished without a server. */
export interface Leftover {
  /** Messages that were queued meanwhile: whichever server has the store next delivers them. */
  readonly messages: number;
  /** Parts of ended sessions whose applications could not be told in time. */
  readonly untold: number;
}

/** How long applications have to be told that a session has ended, in milliseconds: somebody is waiting for the command. */
const TELLING_MS = 10_000;

/**
 * Opens the store and puts the Admin API together, with all of its services and without anything that runs by itself: no
 * listener, no workers, no pages. Clients of the configuration are not reconciled: that of an administrator may be another
 * than that of the servers. What is queued for people is delivered by the server, as ever; applications are told before the
 * end, because that queue ends with the process.
 *
 * @throws StoreInUseError when a server holds the store; Error with a message for the operator as `openWorld`, and for a
 * `SECRET` that is not that of the store
 */
export async function openAdministration(config: Config, overrides: Overrides = {}): Promise<Administration> {
  const world = await openWorld(config, overrides);
  const queue = { messages: 0 };
  const services = composeServices(config, world, () => {
    queue.messages += 1;
  });
  const edge = composeEdge(config, world);
  const close = async (): Promise<Leftover> => {
    const untold = await tellOfLogouts(services.logoutNotices);
    await services.audit.drain();
    await Promise.all(world.senders.map((sender) => sender.close()));
    world.outbound.close();
    await world.store.close();
    return { messages: queue.messages, untold };
  };
  try {
    await services.signingKeys.open();
    // By it applications are told.
    composeEngine(config, world, services, edge);
    const server = createServer(composeApp(config, world, services, edge).callback());
    return { attend: (connection) => void server.emit('connection', connection), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @returns how many are given up */
async function tellOfLogouts(notices: LogoutNotices): Promise<number> {
  if (notices.waiting() === 0) return 0;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), TELLING_MS);
  notices.start();
  while (notices.waiting() > 0 && !late.signal.aborted) await pause(POLL_MS);
  clearTimeout(timer);
  await notices.stop();
  await notices.idle();
  return notices.waiting();
}

const POLL_MS = 20;

/** Every request passes what it passes at a server; behind the one list of routes there is nothing. */
function composeApp(config: Config, world: World, services: Services, edge: Edge) {
  const admin = composeAdmin(config, world, services);
  return createApp({
    issuer: config.issuer,
    patience: world.patience.middleware,
    cookies: world.vault.cookies,
    context: { ...world, ...edge, trustedProxies: [] },
    boundary: { ...world, frame: edge.frames.frame, errorsAt: admin.errorsAt },
    limits: services.limits,
    parameters: config.limits.parameters,
    aliases: (_ctx, next) => next(),
    routes: [admin.router],
    engine: null,
  });
}
