import type { Store } from '../../src/ports/store.ts';
import { accountRemovalContract } from './account-removal.contract.ts';
import { accountsContract } from './accounts.contract.ts';
import { adminKeysContract } from './admin-keys.contract.ts';
import { administratorsContract } from './administrators.contract.ts';
import { artifactsContract } from './artifacts.contract.ts';
import { attemptsContract } from './attempts.contract.ts';
import { budgetsContract } from './budgets.contract.ts';
import { clientsContract } from './clients.contract.ts';
import { eventsContract } from './events.contract.ts';
import { findingContract } from './finding.contract.ts';
import { firstProofContract } from './first-proof.contract.ts';
import { holdsContract } from './holds.contract.ts';
import { identifierChangesContract } from './identifier-changes.contract.ts';
import { installationContract } from './installation.contract.ts';
import { openingContract } from './opening.contract.ts';
import { organizationsContract } from './organizations.contract.ts';
import { outboxContract } from './outbox.contract.ts';
import { outboxDeskContract } from './outbox-desk.contract.ts';
import { resendContract } from './resend.contract.ts';
import { resourcesContract } from './resources.contract.ts';
import { rotationContract } from './rotation.contract.ts';
import { searchingContract } from './searching.contract.ts';
import { talliesContract } from './tallies.contract.ts';
import { upkeepContract } from './upkeep.contract.ts';

/** A store with nothing in it, and how to be rid of it. */
export interface OpenedStore {
  readonly store: Store;
  close(): Promise<void>;
}

/** The store of the test that runs. */
export type CurrentStore = () => Store;

/**
 * What every adapter of the port `Store` has to do, whatever it is made of (design §6).
 *
 * @param open called before each test; answers an empty store
 */
export function storeContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`store contract: ${name}`, () => {
    let opened: OpenedStore | undefined;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });
    const current: CurrentStore = () => {
      if (opened === undefined) throw new Error('the store is open inside a test only');
      return opened.store;
    };

    openingContract(current);
    findingContract(current);
    attemptsContract(current);
    resendContract(current);
    budgetsContract(current);
    outboxContract(current);
    outboxDeskContract(current);
    accountsContract(current);
    firstProofContract(current);
    identifierChangesContract(current);
    holdsContract(current);
    accountRemovalContract(current);
    clientsContract(current);
    resourcesContract(current);
    organizationsContract(current);
    artifactsContract(current);
    rotationContract(current);
    installationContract(current);
    eventsContract(current);
    talliesContract(current);
    searchingContract(current);
    adminKeysContract(current);
    administratorsContract(current);
    upkeepContract(current);
  });
}
