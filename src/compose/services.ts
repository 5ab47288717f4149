import type { Config } from '../config/schema.ts';
import type { Channel } from '../domain/identifier.ts';
import { createSessions } from '../oidc/sessions/sessions.ts';
import { createAbuseLimits } from '../services/budgets/abuse-limits.ts';
import { createBudgetDesk } from '../services/budgets/budget-desk.ts';
import { createChallenges } from '../services/challenges/challenges.ts';
import { createAudiences } from '../services/clients/audiences.ts';
import { createClients } from '../services/clients/clients.ts';
import { createLogoutNotices } from '../services/logout-notices.ts';
import { createDelivery } from '../services/messages/delivery.ts';
import { createNotices } from '../services/messages/notices.ts';
import { createOutboxDesk } from '../services/messages/outbox-desk.ts';
import { createAccounts } from '../services/people/accounts.ts';
import { createDevices } from '../services/people/devices.ts';
import { createOrganizations } from '../services/people/organizations.ts';
import { createProfile } from '../services/people/profile.ts';
import { createSigningKeys } from '../services/signing-keys/signing-keys.ts';
import { type Audit, createAudit } from '../services/trail/audit.ts';
import { createUpkeep } from '../services/upkeep/upkeep.ts';
import { createWorker, type Worker } from '../services/worker.ts';
import { composeAdminServices } from './admin-services.ts';
import { composeAdministrators } from './administrators.ts';
import { composeProofs } from './hosted.ts';
import type { World } from './world.ts';

export type Services = ReturnType<typeof composeServices>;

/** The use cases, each given what it needs. @param onQueued is told of each message that was queued, besides the worker */
export function composeServices(config: Config, world: World, onQueued?: () => void) {
  const core = composeCore(config, world, onQueued);
  return { ...core, ...composeAdminServices(config, world, core) };
}

/** What people sign in with, and whom it is told. */
function composeCore(config: Config, world: World, onQueued: () => void = () => undefined) {
  const audit = createAudit(world);
  // Requests wait for the store so long and no longer; what goes on behind them has its own time.
  const asked = { ...world, store: world.asked, audit };
  const clients = createClients(asked);
  const limits = createAbuseLimits({ ...asked, rules: config.budgets, countries: config.sms.countries });
  const { queued, hears } = createBell(onQueued);
  const challenges = createChallenges({ ...asked, limits, issuer: config.issuer, rules: config.challenge, queued });
  const notices = createNotices({ ...asked, limits, rules: config.budgets, queued });
  const delivery = composeDelivery(config, world, { audit, clients, challenges });
  const deliveryWorker = hears(deliveryWorkerOf(config, world, () => delivery.deliverDue(queued)));
  const signingKeys = composeSigningKeys(config, asked);
  const logoutNotices = createLogoutNotices({ ...world, audit, pollMs: config.backchannelLogout.pollMilliseconds });
  const sessions = createSessions({ ...asked, logoutNotices });
  const accounts = createAccounts({ ...asked, sessions });
  const administrators = composeAdministrators(config, world, { ...asked, accounts, queued });
  return {
    audit,
    clients,
    accounts,
    administrators,
    limits,
    challenges,
    notices,
    delivery,
    audiences: createAudiences({ ...asked, signingKeys: signingKeys.service }),
    signingKeys: signingKeys.service,
    keyRing: signingKeys.service.ring,
    logoutNotices,
    sessions,
    ...composeProofs(config, world, { ...asked, accounts, challenges, channels: channelsOf(config, world) }),
    organizations: createOrganizations(asked),
    profile: createProfile({ ...asked, challenges, notices, sessions, rules: config.secondFactor }),
    devices: createDevices({ ...asked, rules: config.secondFactor }),
    outboxDesk: createOutboxDesk({ ...asked, queued }),
    budgetDesk: createBudgetDesk({ ...asked, administrators, settings: { ...config.budgets, ...config.registration } }),
    deliveryWorker,
    workers: [composeUpkeep(config, world), logoutNotices, ...signingKeys.workers],
  };
}

/** Rings at each queued message for the worker that delivers; it exists after the services that queue them. */
function createBell(onQueued: () => void) {
  let worker: Worker | undefined;
  return {
    queued(): void {
      onQueued();
      worker?.wake();
    },
    hears(by: Worker): Worker {
      worker = by;
      return by;
    },
  };
}

const deliveryWorkerOf = ({ delivery }: Config, { log }: World, deliver: () => Promise<boolean>): Worker =>
  createWorker('delivery', deliver, delivery.pollMilliseconds, log);

function composeUpkeep({ purge, events }: Config, world: World): Worker {
  const rules = { batch: purge.batch, keepEventDays: events.keepDays, keepTallyDays: events.keepTallyDays };
  return createWorker('upkeep', createUpkeep({ ...world, rules }), purge.intervalSeconds * 1000, world.log);
}

/** Milliseconds after which a node knows what another one has done to the keys. */
const KEYS_EVERY_MS = 3_000;

/** Signing keys, what other nodes do to them, and what is due by the clock. */
function composeSigningKeys({ tokens, purge }: Config, world: World & { readonly audit: Audit }) {
  const rules = { publishSeconds: tokens.keyPublishSeconds, rotationDays: tokens.keyRotationDays };
  const service = createSigningKeys({ ...world, rules });
  const read = createWorker('signing keys', service.refresh, KEYS_EVERY_MS, world.log);
  const upkeep = createWorker('upkeep of signing keys', service.upkeep, purge.intervalSeconds * 1000, world.log);
  return { service, workers: [read, upkeep] };
}

/** Messages on their way out; with the store itself, because nobody waits for them. */
const composeDelivery = (
  { delivery, service, issuer, sms, locale }: Config,
  world: World,
  services: Pick<Parameters<typeof createDelivery>[0], 'audit' | 'clients' | 'challenges'>,
) => createDelivery({ ...world, ...services, rules: delivery, service, issuer, locale, smsText: sms.text });

/** By what people may sign in: what there is a sender for, and numbers only where they are sent anything. */
export const channelsOf = ({ sms }: Config, { senders }: World): Channel[] =>
  senders.map(({ channel }) => channel).filter((channel) => channel !== 'sms' || sms.countries.length > 0);
