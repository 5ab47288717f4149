import type { Config } from '../config/schema.ts';
import type { Services } from './services.ts';
import type { World } from './world.ts';

/** What runs by itself, in a server and in a worker alike. */
type Background = Pick<Services, 'audit' | 'delivery' | 'deliveryWorker' | 'logoutNotices' | 'workers'>;

/** Starts what runs by itself; delivery only where it is to run. */
export function startBackground({ deliveryWorker, workers }: Background, delivers: boolean): void {
  for (const worker of delivers ? [deliveryWorker, ...workers] : workers) worker.start();
}

/** Stops in order: no new rounds, what was begun is settled, the audit trail is written, everything is closed. */
export async function endBackground(world: World, background: Background): Promise<void> {
  const { deliveryWorker, workers, delivery, logoutNotices, audit } = background;
  await Promise.all([deliveryWorker, ...workers].map((worker) => worker.stop()));
  await delivery.idle();
  await logoutNotices.idle();
  await audit.drain();
  await Promise.all(world.senders.map((sender) => sender.close()));
  world.outbound.close();
  await world.store.close();
}

/** Why no process but a server can deliver what this configuration sends; null when a worker can. */
export function whyNoWorker({ store, environment, mail, sms }: Config): string | null {
  if (store.url.startsWith('sqlite:')) {
    return 'one process holds an SQLite file, and delivers by itself: a worker of its own needs STORE_URL=mongodb://…';
  }
  const kept = mail.url === null ? 'SMTP_URL' : sms.url === null && sms.countries.length > 0 ? 'SMS_URL' : null;
  return environment === 'development' && kept !== null
    ? `without ${kept} messages would stay in the dev inbox of this process, where nobody reads them`
    : null;
}
