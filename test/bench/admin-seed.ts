import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import type { AuditEvent, EventType } from '../../src/domain/event.ts';
import { type Identifier, maskIdentifier, parseEmail } from '../../src/domain/identifier.ts';
import { dayOf, mergedTallies, talliesOf } from '../../src/domain/tally.ts';
import type { Store } from '../../src/ports/store.ts';
import { newAccount } from '../../src/services/people/accounts.ts';
import { challengeOf, clientOf, messageOf } from '../support/factories.ts';

/** How much of everything there is to administer. */
export interface AdminSize {
  readonly clients: number;
  readonly accounts: number;
  readonly events: number;
  readonly messages: number;
}

const DAY_MS = 86_400_000;
const DAYS = 90;
/** Writes that share one transaction. */
const BATCH = 2_000;

const padded = (index: number): string => String(index).padStart(7, '0');
export const clientId = (index: number): string => `client-${padded(index)}`;
export const accountId = (index: number): string => `account-${padded(index)}`;
export const addressOf = (index: number): Identifier => parseEmail(`person-${index}@host-${index % 7}.example`);

/** Somebody and something that a fifth and half of all events are about: a probe that signs in all day, a large application. */
export const BUSY_ACCOUNT = accountId(0);
export const BUSY_CLIENT = clientId(0);
export const BUSY_ACTOR = 'key:provisioning';
/** What has happened twenty times in all, long ago. */
export const RARE: EventType = 'account.deleted';
const OFTEN: readonly EventType[] = ['challenge.opened', 'challenge.proven', 'session.started', 'session.ended'];

/** Fills a store through its port, always with the same. @param now milliseconds since the epoch: the newest event */
export async function seedAdministration(path: string, size: AdminSize, now: number): Promise<void> {
  const store = await openSqliteStore({ path });
  await batches(size.clients, (index) =>
    store.clients.create(clientOf({ id: clientId(index), name: index === 7_777 ? 'Needle' : `Application ${index}` })),
  );
  await batches(size.accounts, (index) =>
    store.accounts.createOrFind(newAccount(addressOf(index), accountId(index), now - DAYS * DAY_MS)),
  );
  await seedMessages(store, size, now);
  await seedEvents(store, size, now);
  await store.close();
}

async function batches(count: number, each: (index: number) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < count; first += BATCH) {
    await Promise.all(Array.from({ length: Math.min(BATCH, count - first) }, (_, offset) => each(first + offset)));
  }
}

async function seedMessages(store: Store, { messages, clients }: AdminSize, now: number): Promise<void> {
  const end = now + DAY_MS;
  await batches(messages, (index) => {
    const challenge = challengeOf({ identifier: addressOf(index), createdAt: now - index, expiresAt: end });
    const message = messageOf(challenge, { challengeId: null, clientId: clientId(index % clients), notBefore: end });
    return store.outbox.add([message]);
  });
}

async function seedEvents(store: Store, size: AdminSize, now: number): Promise<void> {
  for (let first = 0; first < size.events; first += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, size.events - first) }, (_, offset) =>
      eventAt(first + offset, size, now),
    );
    const tallies = events.flatMap(({ at, clientId: client }, offset) =>
      talliesOf('sign_ins', { at, clientId: client, identifier: addressOf(first + offset) }),
    );
    await store.events.append(events, mergedTallies(tallies));
  }
  // As upkeep does when a day is over.
  for (let day = dayOf(now) - DAYS; day < dayOf(now); day += 1) await store.events.trimTallies('client', day, 100);
}

function eventAt(index: number, { clients, accounts, events }: AdminSize, now: number): AuditEvent {
  const account = index % 5 === 0 ? 0 : (index * 7_919) % accounts;
  const isRare = index < events / 2 && index % Math.floor(events / 40) === 0;
  return {
    id: `event-${padded(index)}`,
    at: now - Math.floor(((events - index) * DAYS * DAY_MS) / events),
    type: isRare ? RARE : (OFTEN[index % OFTEN.length] ?? RARE),
    accountId: accountId(account),
    clientId: index % 2 === 0 ? BUSY_CLIENT : clientId((index * 31) % clients),
    identifier: maskIdentifier(addressOf(account)),
    network: '192.0.2.7',
    requestId: `request-${padded(index)}`,
    reason: null,
    actor: index % 20 === 0 ? BUSY_ACTOR : null,
    object: null,
    changes: null,
  };
}
