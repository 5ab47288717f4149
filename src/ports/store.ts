import type { AdminKeyStore } from './store/admin-keys.ts';
import type { AdministratorStore } from './store/administrators.ts';
import type { ArtifactStore } from './store/artifacts.ts';
import type { StoreCopy } from './store/backup.ts';
import type { BudgetStore, ChallengeStore } from './store/challenges.ts';
import type { EventStore } from './store/events.ts';
import type { KeyStore } from './store/installation.ts';
import type { OrganizationStore } from './store/organizations.ts';
import type { OutboxStore } from './store/outbox.ts';
import type { AccountStore, ClientStore } from './store/records.ts';
import type { ResourceStore } from './store/resources.ts';

/**
 * What the rules need remembered. One port, one contract suite, several adapters (design §6).
 *
 * Common to all of it:
 * - Every method that must be atomic is one method, named by need; nothing is read, compared and written by callers.
 * - A resolved write is durable. A rejected one had no effect.
 * - Reads filter on the record's own expiry; deletion only collects garbage.
 * - Times are milliseconds since the epoch and come from the caller, never from the store's clock.
 * - When the store cannot be reached, methods reject with `Problem('store_unavailable')` within 3 s.
 */
export interface Store {
  readonly challenges: ChallengeStore;
  readonly budgets: BudgetStore;
  readonly outbox: OutboxStore;
  readonly accounts: AccountStore;
  readonly clients: ClientStore;
  readonly resources: ResourceStore;
  readonly organizations: OrganizationStore;
  readonly artifacts: ArtifactStore;
  readonly keys: KeyStore;
  readonly adminKeys: AdminKeyStore;
  readonly administrators: AdministratorStore;
  readonly events: EventStore;
  /** Resolves when a write would succeed now; rejects otherwise. */
  ping(): Promise<void>;
  /**
   * Deletes what ended before `now`, at most `limit` records of each kind.
   * @returns how many records went; fewer than `limit` of every kind means there is nothing left
   */
  purge(now: number, limit: number): Promise<number>;
  /**
   * A copy that a store of the same kind can be opened at, made while this one is used.
   * @throws Problem `backup_elsewhere` for a store that has tools of its own for it; `too_many_requests` while one is made
   */
  backup(): Promise<StoreCopy>;
  close(): Promise<void>;
}
