import { accountCommands } from './administration/accounts.ts';
import { administratorCommands } from './administration/administrators.ts';
import { apiKeyCommands } from './administration/api-keys.ts';
import { budgetCommands } from './administration/budgets.ts';
import { clientCommands } from './administration/clients.ts';
import { eventCommands } from './administration/events.ts';
import { importCommands } from './administration/import-accounts.ts';
import { messageCommands } from './administration/messages.ts';
import { organizationCommands } from './administration/organizations.ts';
import { resourceCommands } from './administration/resources.ts';
import { signingKeyCommands } from './administration/signing-keys.ts';
import { storeAdminCommands } from './administration/store-backup.ts';
import type { Command, CommandGroup } from './command.ts';
import { configCheck } from './config-check.ts';
import { configPrint } from './config-print.ts';
import { start } from './start.ts';
import { storeCopy } from './store-copy.ts';
import { storeMigrate } from './store-migrate.ts';
import { worker } from './worker.ts';

/** Everything the program can be asked to do, in the order of its help. */
export const COMMANDS: readonly Command[] = [
  start,
  worker,
  ...clientCommands,
  ...resourceCommands,
  ...accountCommands,
  ...organizationCommands,
  ...administratorCommands,
  ...apiKeyCommands,
  ...signingKeyCommands,
  ...messageCommands,
  ...budgetCommands,
  ...eventCommands,
  ...importCommands,
  storeMigrate,
  ...storeAdminCommands,
  storeCopy,
  configCheck,
  configPrint,
];

export const GROUPS: readonly CommandGroup[] = [
  { name: 'clients', summary: 'Applications: registered, changed, removed.' },
  { name: 'resources', summary: 'APIs that access tokens are for.' },
  { name: 'accounts', summary: 'People: found, disabled, helped.' },
  { name: 'organizations', summary: 'For whom people sign in, and who belongs to them.' },
  { name: 'admin', summary: 'Who may administer in the console.' },
  { name: 'api-keys', summary: 'Keys of the Admin API.' },
  { name: 'keys', summary: 'Keys that tokens are signed by.' },
  { name: 'messages', summary: 'Mails and text messages on their way out.' },
  { name: 'budgets', summary: 'How often somebody may ask and guess.' },
  { name: 'events', summary: 'Who did what to whom.' },
  { name: 'import', summary: 'From other systems.' },
  { name: 'store', summary: 'What concerns the store as a whole.' },
  { name: 'config', summary: 'What concerns the configuration.' },
];
