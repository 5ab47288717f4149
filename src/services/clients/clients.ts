import { createHash, timingSafeEqual } from 'node:crypto';
import type { Client, SecretHash } from '../../domain/client.ts';
import { clientChanges } from '../../domain/client-changes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Store } from '../../ports/store.ts';
import { createBriefCache } from '../brief-cache.ts';
import type { Audit } from '../trail/audit.ts';

/** A client as configuration declares it: the record without what the store adds, its secret still readable. */
export type DeclaredClient = Omit<
  Client,
  'secrets' | 'source' | 'registrationTokenHash' | 'disabled' | 'createdAt' | 'updatedAt' | 'version'
> & {
  readonly secret: string | null;
};

export interface Clients {
  /** The client if it may act, at most five seconds old. */
  find(id: string): Promise<Client | null>;
  /** Whatever is known of a client here is read anew, because it has changed. Other nodes notice within five seconds. */
  forget(id: string): void;
  /** Compares a presented secret with every valid one in constant time. */
  secretMatches(client: Client, presented: string): boolean;
  /**
   * Makes the store agree with the declared clients: creates, updates and removes those of source `configuration`.
   * Nodes that start together settle on the same state.
   * @throws Error when an id is taken by a client an administrator made
   */
  reconcile(declared: readonly DeclaredClient[]): Promise<void>;
}

/** Salted SHA-256: enough for a secret of ≥ 256 random bits, cheap enough for every token request. */
const hashSecret = (salt: string, secret: string): Buffer =>
  createHash('sha256').update(`${salt}:`, 'utf8').update(secret, 'utf8').digest();

/** A secret as it is kept. @param now milliseconds since the epoch */
export const secretHash = (secret: string, salt: string, now: number): SecretHash => ({
  salt,
  hash: hashSecret(salt, secret).toString('base64url'),
  createdAt: now,
});

const matches = (entry: SecretHash, secret: string): boolean =>
  timingSafeEqual(Buffer.from(entry.hash, 'base64url'), hashSecret(entry.salt, secret));

export function createClients(deps: { store: Store; clock: Clock; random: Random; audit: Audit }): Clients {
  const cache = createBriefCache<Client>(deps.clock);
  return {
    async find(id) {
      const cached = cache.get(id);
      if (cached !== undefined) return cached;
      const client = await deps.store.clients.find(id);
      if (client === null || client.disabled) return null;
      cache.set(id, client);
      return client;
    },
    forget: cache.forget,
    secretMatches: (client, presented) =>
      // Every entry is compared, so that the time does not tell which one matched.
      client.secrets.map((entry) => matches(entry, presented)).some(Boolean),
    async reconcile(declared) {
      for (const declaration of declared) await declare(deps, declaration);
      await removeUndeclared(deps, new Set(declared.map(({ id }) => id)));
      cache.clear();
    },
  };
}

async function declare(
  deps: { store: Store; clock: Clock; random: Random; audit: Audit },
  { secret, ...declaration }: DeclaredClient,
): Promise<void> {
  const now = deps.clock.now();
  const known = await deps.store.clients.find(declaration.id);
  if (known !== null && known.source !== 'configuration') {
    throw new Error(
      `client ${declaration.id} is declared in the configuration, but an administrator registered that id`,
    );
  }
  const kept = known?.secrets.filter((entry) => secret !== null && matches(entry, secret)) ?? [];
  const secrets = secret === null ? [] : kept.length > 0 ? kept : [secretHash(secret, deps.random.id(), now)];
  const client: Client = {
    ...declaration,
    secrets,
    source: 'configuration',
    registrationTokenHash: null,
    disabled: false,
    createdAt: known?.createdAt ?? now,
    updatedAt: known?.updatedAt ?? now,
    version: known?.version ?? 1,
  };
  if (known === null) await deps.store.clients.create(client);
  else if (JSON.stringify(sorted(known)) !== JSON.stringify(sorted(client))) {
    await deps.store.clients.update({ ...client, updatedAt: now });
  } else return;
  const type = known === null ? 'client.created' : 'client.changed';
  deps.audit.record({ type, clientId: client.id, by: CONFIGURATION, changes: clientChanges(known, client) });
}

/** Who has changed a declared client, for the audit trail. */
const CONFIGURATION = { name: 'configuration' } as const;

const sorted = (client: Client): [string, unknown][] =>
  Object.entries(client).sort(([left], [right]) => (left < right ? -1 : 1));

async function removeUndeclared(deps: { store: Store; audit: Audit }, declared: ReadonlySet<string>): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const page: Client[] = await deps.store.clients.list(after, 500);
    for (const client of page) {
      if (client.source !== 'configuration' || declared.has(client.id)) continue;
      await deps.store.clients.remove(client.id);
      const changes = clientChanges(client, null);
      deps.audit.record({ type: 'client.removed', clientId: client.id, by: CONFIGURATION, changes });
    }
    after = page.at(-1)?.id ?? null;
    if (after === null || page.length < 500) return;
  }
}
