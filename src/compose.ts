import { loadAssets } from './adapters/views-eta/index.ts';
import { composeAdmin } from './compose/admin.ts';
import { composeApi } from './compose/api.ts';
import { endBackground, startBackground } from './compose/background.ts';
import { composeConsole } from './compose/console.ts';
import { composeEdge } from './compose/edge.ts';
import { composeEngine } from './compose/engine.ts';
import { channelsOf, composeServices, type Services } from './compose/services.ts';
import { type Overrides, openWorld, type World } from './compose/world.ts';
import { type Config, keepsMessages } from './config/schema.ts';
import { accountRoutes } from './http/account/routes.ts';
import { aliases } from './http/api/aliases.ts';
import { createApp } from './http/app.ts';
import { developmentRoutes } from './http/development.ts';
import { frontRoutes } from './http/front.ts';
import { healthRoutes } from './http/health.ts';
import { createListener, type Listener } from './http/server.ts';
import { linkRoutes } from './http/signin/link.ts';
import { signInRoutes } from './http/signin/routes.ts';
import { createEngine } from './oidc/engine.ts';
import type { Log } from './ports/log.ts';
import type { Store } from './ports/store.ts';
import type { Pages } from './ports/views.ts';
import { ownClients } from './services/clients/own-clients.ts';

export type { Overrides } from './compose/world.ts';

/** A composed server. */
export interface CountersignServer {
  readonly store: Store;
  readonly log: Log;
  /** Starts the background work and listens. @returns where it is reached on this machine */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /** Stops in order: requests, background work, audit, store. @param hasty without the drain time */
  close(hasty?: boolean): Promise<void>;
}

/** Puts the program together. This file is its map; what comes from adapters is in `compose/world.ts`. */
export async function createServer(config: Config, overrides: Overrides = {}): Promise<CountersignServer> {
  const world = await openWorld(config, overrides);
  const services = composeServices(config, world);
  await services.clients.reconcile([...config.clients, ...ownClients(config)]);
  await services.administrators.prepareDeclared();
  const listener = await composeHttp(config, world, services);
  return assemble(config, world, services, listener);
}

/** The one list of routes, and the listener under them. */
async function composeHttp(config: Config, world: World, services: Services): Promise<Listener> {
  const { issuer, signUp, trustedProxies } = config;
  const edge = composeEdge(config, world);
  await services.signingKeys.open();
  const provider = composeEngine(config, world, services, edge);
  const channels = channelsOf(config, world);
  const api = composeApi(config, world, { ...services, ...edge, provider, channels });
  const admin = composeAdmin(config, world, services);
  const { inbox } = world;
  const now = (): number => world.clock.now();
  const engine = createEngine(provider);
  const common = { engine, issuer, signUp, channels, countries: config.sms.countries, now };
  const { limits: body, secondFactor } = config;
  const signIn = { ...world, ...services, ...edge, ...common, secondFactor, body };
  const routes = [
    healthRoutes({ ...world, lifecycle: { draining: () => listener.draining() } }),
    frontRoutes({ ...world, ...edge, assets: loadAssets(), home: home(config) }),
    ...(inbox === null ? [] : [developmentRoutes({ ...world, ...edge, inbox })]),
    linkRoutes(signIn),
    signInRoutes(signIn),
    accountRoutes(signIn),
    ...api.routes,
    admin.router,
    composeConsole(config, world, { ...services, ...edge, engine, channels }),
  ];
  const app = createApp({
    issuer,
    patience: world.patience.middleware,
    cookies: world.vault.cookies,
    context: { ...world, ...edge, trustedProxies },
    boundary: { ...world, frame: edge.frames.frame, errorsAt: (path) => admin.errorsAt(path) ?? api.errorsAt(path) },
    limits: services.limits,
    parameters: config.limits.parameters,
    aliases,
    routes,
    engine: provider,
  });
  const listener = createListener(app, config.limits, world.log);
  return listener;
}

/** What the front page links to; in production nothing. */
function home(config: Config): Pages['home'] {
  const { issuer, environment, port, demo } = config;
  if (environment !== 'development') return { issuer, links: [] };
  const links = [
    ...(keepsMessages(config) ? [{ label: 'Dev inbox', href: '/dev/inbox' }] : []),
    { label: 'REST API', href: '/docs' },
    { label: 'Discovery', href: '/.well-known/openid-configuration' },
    { label: 'Your account', href: '/account' },
    ...(demo ? [{ label: 'Demo application', href: `http://localhost:${port + 1}/` }] : []),
  ];
  return { issuer, links };
}

function assemble(config: Config, world: World, services: Services, listener: Listener): CountersignServer {
  return {
    store: world.store,
    log: world.log,
    async listen() {
      const port = await listener.listen(config.port, config.host);
      startBackground(services, config.delivery.inServer);
      return { url: config.issuer, port };
    },
    async close(hasty) {
      await listener.close(hasty);
      await endBackground(world, services);
    },
  };
}
