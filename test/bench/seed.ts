import { randomBytes } from 'node:crypto';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import type { Account } from '../../src/domain/account.ts';
import { parseEmail } from '../../src/domain/identifier.ts';
import type { Artifact } from '../../src/ports/store/artifacts.ts';
import type { Store } from '../../src/ports/store.ts';
import { WEB_CLIENT } from './clients.ts';
import { addressOf } from './subject.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Writes that share one transaction. */
const BATCH = 1_000;
/** About what a sealed payload of the engine takes. */
const PAYLOAD_BYTES = 600;

const freshId = (): string => randomBytes(24).toString('base64url');

/**
 * Fills a store through its port with accounts, the first of which have a live session, its grant and a refresh token.
 * The payloads are noise of the usual size: nobody presents these sessions, they are there to be in the way.
 */
export async function seedStore(path: string, accounts: number, sessions: number): Promise<void> {
  const store = await openSqliteStore({ path });
  const now = Date.now();
  for (let first = 0; first < accounts; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, accounts - first) }, (_, offset) =>
      accountOf(first + offset, now),
    );
    await Promise.all(batch.map((account) => store.accounts.createOrFind(account)));
    const signedIn = batch.filter((_, offset) => first + offset < sessions);
    await Promise.all(signedIn.map((account) => saveSession(store, account.id, now)));
  }
  await store.close();
}

const accountOf = (index: number, now: number): Account => ({
  id: freshId(),
  identifiers: [{ ...parseEmail(addressOf(index)), verifiedAt: now, primary: true }],
  attributes: {},
  consents: [],
  devices: [],
  held: null,
  status: 'active',
  createdAt: now,
  version: 1,
});

async function saveSession(store: Store, accountId: string, now: number): Promise<void> {
  const grantId = freshId();
  const artifact = (model: string, id: string, more: Partial<Artifact>): Artifact => ({
    model,
    id,
    payload: randomBytes(PAYLOAD_BYTES).toString('base64url'),
    grantId: null,
    accountId,
    clientId: WEB_CLIENT.id,
    uid: null,
    createdAt: now,
    expiresAt: now + 14 * DAY_MS,
    consumedAt: null,
    successor: null,
    ...more,
  });
  await Promise.all([
    store.artifacts.save(artifact('Grant', grantId, {})),
    store.artifacts.save(artifact('Session', freshId(), { uid: freshId(), clientId: null })),
    store.artifacts.save(artifact('RefreshToken', freshId(), { grantId })),
  ]);
}
