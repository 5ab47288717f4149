import { createLog } from '../adapters/system/index.ts';
import type { Log } from '../ports/log.ts';
import type { Terminal } from './terminal.ts';

/** What a store has to say while a command works with it; only what somebody should look at. */
export const storeLog = (terminal: Terminal): Log =>
  createLog({ level: 'warn', format: 'line', stream: { write: (line) => terminal.note(line.trimEnd()) } });
