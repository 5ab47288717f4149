import { loadAssets } from './adapters/views-eta/index.ts';
import { composeAdmin } from './compose/admin.ts';
import { composeApi, type SigningKeys } from './compose/api.ts';
import { composeProofs } from './compose/hosted.ts';
import { type Overrides, openWorld, type World } from './compose/world.ts';
import { type Config, keepsMessages } from './config/schema.ts';
import type { Channel } from './domain/identifier.ts';
import { accountRoutes } from './http/account/routes.ts';
import { aliases } from './http/api/aliases.ts';
import { createApp } from './http/app.ts';
import { createKnownBrowsers } from './http/cookies/known-browsers.ts';
import { createRememberedDevices } from './http/cookies/remembered-devices.ts';
import { developmentRoutes } from './http/development.ts';
import { createFormGuard } from './http/form-guard.ts';
import { frontRoutes } from './http/front.ts';
import { healthRoutes } from './http/health.ts';
import { createPageFrames } from './http/page-frame.ts';
import { createListener, type Listener } from './http/server.ts';
import { linkRoutes } from './http/signin/link.ts';
import { signInRoutes } from './http/signin/routes.ts';
import { createWaysBack } from './http/signin/way-back.ts';
import { createEngine } from './oidc/engine.ts';
import { createEnginePages } from './oidc/pages.ts';
import { createProvider } from './oidc/provider.ts';
import { createSessions } from './oidc/sessions/sessions.ts';
import type { Log } from './ports/log.ts';
import type { Store } from './ports/store.ts';
import type { Pages } from './ports/views.ts';
import { createAbuseLimits } from './services/abuse-limits.ts';
import { accountClient } from './services/account-client.ts';
import { createAccounts } from './services/accounts.ts';
import { createAudit } from './services/audit.ts';
import { createChallenges } from './services/challenges/challenges.ts';
import { createClients } from './services/clients.ts';
import { createDelivery } from './services/delivery.ts';
import { createDevices } from './services/devices.ts';
import { createKeys } from './services/keys.ts';
import { createLogoutNotices } from './services/logout-notices.ts';
import { createNotices } from './services/notices.ts';
import { createOrganizations } from './services/organizations.ts';
import { createProfile } from './services/profile.ts';
import { createUpkeep } from './services/upkeep.ts';
import { createWorker, type Worker } from './services/worker.ts';

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
  await services.clients.reconcile([...config.clients, accountClient(config)]);
  const listener = await composeHttp(config, world, services);
  return assemble(config, world, services, listener);
}

type Services = ReturnType<typeof composeServices>;

/** The use cases, each given what it needs. */
function composeServices(config: Config, world: World) {
  const audit = createAudit(world);
  // Requests wait for the store so long and no longer; what goes on behind them has its own time.
  const asked = { ...world, store: world.asked, audit };
  const clients = createClients(asked);
  const limits = createAbuseLimits({ ...asked, rules: config.budgets, countries: config.sms.countries });
  // The worker is told of each queued message; it exists after the services that queue them.
  const delivering: { worker?: Worker } = {};
  const queued = (): void => delivering.worker?.wake();
  const challenges = createChallenges({ ...asked, limits, issuer: config.issuer, rules: config.challenge, queued });
  const notices = createNotices({ ...asked, limits, rules: config.budgets, queued });
  const delivery = composeDelivery(config, world, { audit, clients, challenges });
  const deliver = (): Promise<boolean> => delivery.deliverDue(queued);
  delivering.worker = createWorker('delivery', deliver, config.delivery.pollMilliseconds, world.log);
  const rules = { batch: config.purge.batch, keepEventDays: config.events.keepDays };
  const everyMs = config.purge.intervalSeconds * 1000;
  const upkeep = createWorker('upkeep', createUpkeep({ ...world, rules }), everyMs, world.log);
  const logoutNotices = createLogoutNotices({ ...world, audit, pollMs: config.backchannelLogout.pollMilliseconds });
  const sessions = createSessions({ ...asked, logoutNotices });
  const accounts = createAccounts({ ...asked, sessions });
  return {
    audit,
    clients,
    accounts,
    limits,
    challenges,
    notices,
    delivery,
    keys: createKeys({ ...world, audit }),
    logoutNotices,
    sessions,
    ...composeProofs(config, world, { ...asked, accounts, challenges, channels: channelsOf(config, world) }),
    organizations: createOrganizations(asked),
    profile: createProfile({ ...asked, challenges, notices, sessions, rules: config.secondFactor }),
    devices: createDevices({ ...asked, rules: config.secondFactor }),
    workers: [delivering.worker, upkeep, logoutNotices],
  };
}

/** Messages on their way out; with the store itself, because nobody waits for them. */
const composeDelivery = (
  { delivery, service, issuer, sms }: Config,
  world: World,
  services: Pick<Parameters<typeof createDelivery>[0], 'audit' | 'clients' | 'challenges'>,
) => createDelivery({ ...world, ...services, rules: delivery, service, issuer, smsText: sms.text });

/** What pages and the engine share at the edge. */
function composeEdge(config: Config, world: World) {
  const secure = config.issuer.startsWith('https:');
  const development = config.environment === 'development';
  const { service, locale } = config;
  return {
    development,
    frames: createPageFrames({ ...world, service, locale, development }),
    knownBrowsers: createKnownBrowsers({ ...world, secure }),
    rememberedDevices: createRememberedDevices({ ...world, secure, days: config.secondFactor.rememberDays }),
    waysBack: createWaysBack({ ...world, secure }),
    guard: createFormGuard(world.vault, config.issuer),
  };
}

type Edge = ReturnType<typeof composeEdge>;

function composeEngine(config: Config, world: World, services: Services, edge: Edge, signingKeys: SigningKeys) {
  const { frame } = edge.frames;
  return createProvider({
    ...world,
    ...services,
    store: world.asked,
    issuer: config.issuer,
    pages: createEnginePages({ ...world, ...services, ...edge, frame }),
    lifetimes: {
      ...config.tokens,
      interactionSeconds: config.interaction.lifetimeSeconds,
      sessionSeconds: config.session.lifetimeSeconds,
    },
    signingKeys,
    refreshReuseSeconds: config.tokens.refreshReuseSeconds,
    locales: world.views.locales,
    interactionBegins: edge.waysBack.begin,
    channels: channelsOf(config, world),
    deviceTokens: edge.rememberedDevices.read,
  });
}

/** By what people may sign in: what there is a sender for, and numbers only where they are sent anything. */
const channelsOf = ({ sms }: Config, { senders }: World): Channel[] =>
  senders.map(({ channel }) => channel).filter((channel) => channel !== 'sms' || sms.countries.length > 0);

/** The one list of routes, and the listener under them. */
async function composeHttp(config: Config, world: World, services: Services): Promise<Listener> {
  const { issuer, signUp, trustedProxies } = config;
  const edge = composeEdge(config, world);
  const signingKeys = await services.keys.signingKeys();
  const provider = composeEngine(config, world, services, edge, signingKeys);
  const channels = channelsOf(config, world);
  const api = composeApi(config, world, { ...services, ...edge, provider, channels }, signingKeys);
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
      for (const worker of services.workers) worker.start();
      return { url: config.issuer, port };
    },
    async close(hasty) {
      await listener.close(hasty);
      await Promise.all(services.workers.map((worker) => worker.stop()));
      await services.delivery.idle();
      await services.logoutNotices.idle();
      await services.audit.drain();
      await Promise.all(world.senders.map((sender) => sender.close()));
      world.outbound.close();
      await world.store.close();
    },
  };
}
