import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '../config/schema.ts';
import { createApp } from '../http/app.ts';
import { composeAdmin } from './admin.ts';
import { composeEdge, type Edge } from './edge.ts';
import { composeServices, type Services } from './services.ts';
import { type Overrides, openWorld, type World } from './world.ts';

/** The Admin API without a server: for whoever administers where none is running. */
export interface Administration {
  /** Serves HTTP on one end of a connection in this process. */
  attend(connection: Duplex): void;
  /** Finishes what was begun, writes the audit trail and closes the store. */
  close(): Promise<void>;
}

/**
 * Opens the store and puts the Admin API together, with all of its services and without anything that runs by itself: no
 * listener, no workers, no pages. Clients of the configuration are not reconciled: that of an administrator may be another
 * than that of the servers. What is queued for people is delivered by the server, as ever.
 *
 * @throws StoreInUseError when a server holds the store; Error with a message for the operator as `openWorld`
 */
export async function openAdministration(config: Config, overrides: Overrides = {}): Promise<Administration> {
  const world = await openWorld(config, overrides);
  const services = composeServices(config, world);
  const edge = composeEdge(config, world);
  const server = createServer(composeApp(config, world, services, edge).callback());
  return {
    attend: (connection) => void server.emit('connection', connection),
    async close() {
      await services.logoutNotices.idle();
      await services.audit.drain();
      await Promise.all(world.senders.map((sender) => sender.close()));
      world.outbound.close();
      await world.store.close();
    },
  };
}

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
