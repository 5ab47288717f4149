import { createDevInbox, type DevInbox } from '../adapters/dev-inbox/index.ts';
import { createSmtpSender } from '../adapters/mail-smtp/index.ts';
import { openSmsSender } from '../adapters/open-sms.ts';
import { openStore } from '../adapters/open-store.ts';
import { createOutbound } from '../adapters/outbound/index.ts';
import { createClock, createLog, createRandom } from '../adapters/system/index.ts';
import { createViews } from '../adapters/views-eta/index.ts';
import { type Config, keepsMessages } from '../config/schema.ts';
import { createStorePatience } from '../http/store-patience.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Sender } from '../ports/sender.ts';
import type { Store } from '../ports/store.ts';
import { createVault } from '../services/vault.ts';

/** What tests and tools put in place of a part of the world. */
export interface Overrides {
  /** Wraps the store once it is open, for instance to count or to slow down its operations. */
  readonly wrapStore?: (store: Store) => Store;
  readonly log?: Log;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/**
 * Opens everything outside the rules: time, randomness, the log, the ways out, the store.
 *
 * @throws Error with a message for the operator: a store that cannot be opened, an SDK that is not installed
 */
export async function openWorld(config: Config, overrides: Overrides) {
  const clock = createClock();
  const random = createRandom();
  const log =
    overrides.log ??
    createLog({ level: config.log.level, format: config.environment === 'production' ? 'json' : 'line' });
  const inbox = keepsMessages(config) ? createDevInbox({ clock }) : null;
  const senders = await openSenders(config, inbox, { clock, log });
  const outbound = createOutbound(config.backchannelLogout);
  const opened = await openStore(config.store.url, log);
  const store = overrides.wrapStore?.(opened) ?? opened;
  const patience = createStorePatience();
  const vault = createVault(config.secret, random);
  const views = createViews();
  return { clock, random, log, store, asked: patience.bound(store), patience, vault, views, inbox, senders, outbound };
}

async function openSenders(
  { mail, sms }: Config,
  inbox: DevInbox | null,
  world: { readonly clock: Clock; readonly log: Log },
): Promise<Sender[]> {
  const senders = [
    mail.url === null ? inbox?.sender('email') : createSmtpSender({ ...mail, url: mail.url, log: world.log }),
    sms.url === null ? inbox?.sender('sms') : await openSmsSender(sms.url, sms, world),
  ];
  return senders.filter((sender) => sender !== undefined);
}
