import type { Store } from '../../ports/store.ts';
import { createAccountStore } from './accounts.ts';
import { createAdminKeyStore } from './admin-keys.ts';
import { createAdministratorStore } from './administrators.ts';
import { createArtifactStore } from './artifacts.ts';
import { createBudgetLedger, createBudgetStore } from './budgets.ts';
import { createChallengeStore } from './challenges.ts';
import { createClientStore } from './clients.ts';
import { type DatabaseOptions, openDatabase, type SqliteDatabase } from './database.ts';
import { createEventStore } from './events.ts';
import { createKeyStore } from './keys.ts';
import { createOrganizationStore } from './organizations.ts';
import { createOutboxStore, createOutboxWriter } from './outbox.ts';
import { createResourceStore } from './resources.ts';
import { createUpkeep } from './upkeep.ts';

/**
 * The embedded store: one durable file for one process (design §6).
 *
 * @throws Error with a message for the operator when the file is in use, from a newer version or unreadable
 */
export async function openSqliteStore(options: DatabaseOptions): Promise<Store> {
  return createSqliteStore(openDatabase(options));
}

/** The store over an open database, which it closes. */
export function createSqliteStore(database: SqliteDatabase): Store {
  const budgets = createBudgetLedger(database);
  const outbox = createOutboxWriter(database);
  return {
    challenges: createChallengeStore(database, { budgets, outbox }),
    budgets: createBudgetStore(database, budgets),
    outbox: createOutboxStore(database),
    accounts: createAccountStore(database),
    clients: createClientStore(database),
    resources: createResourceStore(database),
    organizations: createOrganizationStore(database),
    artifacts: createArtifactStore(database),
    keys: createKeyStore(database),
    adminKeys: createAdminKeyStore(database),
    administrators: createAdministratorStore(database),
    events: createEventStore(database),
    ...createUpkeep(database),
    backup: () => database.backup(),
    close: async () => database.close(),
  };
}
