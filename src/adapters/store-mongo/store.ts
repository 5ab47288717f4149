import type { Connection } from 'mongoose';
import { Problem } from '../../domain/errors.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { createAccountStore } from './accounts.ts';
import { createAdminKeyStore } from './admin-keys.ts';
import { createAdministratorStore } from './administrators.ts';
import { createArtifactStore } from './artifacts.ts';
import { createBudgetLedger, createBudgetStore } from './budgets.ts';
import { createChallengeStore } from './challenges.ts';
import { createClientStore } from './clients.ts';
import { connect, type MongoOptions } from './connection.ts';
import { createEventStore } from './events.ts';
import { createGuard } from './guard.ts';
import { createIdentifierClaims } from './identifier-claims.ts';
import { createKeyStore } from './installation.ts';
import { createMessageBatches } from './message-batches.ts';
import { modelsOf } from './models.ts';
import { createOrganizationStore } from './organizations.ts';
import { createOutboxStore } from './outbox.ts';
import { prepareDatabase } from './prepare.ts';
import { createRelay } from './relay.ts';
import { createRenewal } from './renewal.ts';
import { createResourceStore } from './resources.ts';
import { createUpkeep } from './upkeep.ts';

/**
 * The store for any number of server processes: one database on a MongoDB replica set or sharded cluster (design §6,
 * docs/mongodb.md).
 *
 * @throws Error with a message for the operator when no server is reached, credentials are refused or the database is from
 * a newer version
 */
export async function openMongoStore(options: MongoOptions): Promise<Store> {
  await prepareDatabase(options);
  return createMongoStore(await connect(options, 'brisk'), options.log);
}

/** The store over an open connection, which it closes. */
function createMongoStore(connection: Connection, log: Log | undefined): Store {
  const models = modelsOf(connection);
  const guard = createGuard(
    log,
    createRenewal(connection.getClient(), () => performance.now()),
  );
  const budgets = createBudgetLedger(models.budgets);
  const relay = createRelay(models, log);
  const claims = createIdentifierClaims(models);
  return {
    challenges: guard.around(createChallengeStore({ models, budgets, relay, log })),
    budgets: guard.around(createBudgetStore(budgets)),
    outbox: guard.around(createOutboxStore(models, relay, createMessageBatches(models, log))),
    accounts: guard.around(createAccountStore(models, claims, log)),
    clients: guard.around(createClientStore(models.clients)),
    resources: guard.around(createResourceStore(models.resources)),
    organizations: guard.around(createOrganizationStore(models)),
    artifacts: guard.around(createArtifactStore(models.artifacts)),
    keys: guard.around(createKeyStore(models.keys)),
    adminKeys: guard.around(createAdminKeyStore(models.adminKeys)),
    administrators: guard.around(createAdministratorStore(models.rosters)),
    events: guard.around(createEventStore(models)),
    ...guard.around(createUpkeep(models, claims)),
    async backup() {
      throw new Problem('backup_elsewhere');
    },
    async close() {
      await guard.shut();
      await connection.close();
    },
  };
}
