import { accountCommands } from './administration/accounts.ts';
import { apiKeyCommands } from './administration/api-keys.ts';
import { clientCommands } from './administration/clients.ts';
import { eventCommands } from './administration/events.ts';
import { importCommands } from './administration/import-accounts.ts';
import { organizationCommands } from './administration/organizations.ts';
import type { Command, CommandGroup } from './command.ts';
import { configCheck } from './config-check.ts';
import { configPrint } from './config-print.ts';
import { start } from './start.ts';
import { storeCopy } from './store-copy.ts';
import { storeMigrate } from './store-migrate.ts';

/** Everything the program can be asked to do, in the order of its help. */
export const COMMANDS: readonly Command[] = [
  start,
  ...clientCommands,
  ...accountCommands,
  ...organizationCommands,
  ...apiKeyCommands,
  ...eventCommands,
  ...importCommands,
  storeMigrate,
  storeCopy,
  configCheck,
  configPrint,
];

export const GROUPS: readonly CommandGroup[] = [
  { name: 'clients', summary: 'Applications: registered, changed, removed.' },
  { name: 'accounts', summary: 'People: found, disabled, helped.' },
  { name: 'organizations', summary: 'For whom people sign in, and who belongs to them.' },
  { name: 'api-keys', summary: 'Keys of the Admin API.' },
  { name: 'events', summary: 'Who did what to whom.' },
  { name: 'import', summary: 'From other systems.' },
  { name: 'store', summary: 'What concerns the store as a whole.' },
  { name: 'config', summary: 'What concerns the configuration.' },
];
