import type { Command, CommandGroup } from './command.ts';
import { configCheck } from './config-check.ts';
import { configPrint } from './config-print.ts';
import { start } from './start.ts';
import { storeCopy } from './store-copy.ts';
import { storeMigrate } from './store-migrate.ts';

/** Everything the program can be asked to do, in the order of its help. */
export const COMMANDS: readonly Command[] = [start, storeMigrate, storeCopy, configCheck, configPrint];

export const GROUPS: readonly CommandGroup[] = [
  { name: 'store', summary: 'What concerns the store as a whole.' },
  { name: 'config', summary: 'What concerns the configuration.' },
];
