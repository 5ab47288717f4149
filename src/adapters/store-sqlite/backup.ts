import { closeSync, createReadStream, fdatasync, fstatSync, openSync, rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { Problem } from '../../domain/errors.ts';
import type { StoreCopy } from '../../ports/store/backup.ts';
import { isWorldFailure, storeUnavailable } from './unavailable.ts';

/** Pages that are copied at a time: some tenths of a millisecond, then everybody else has their turn. */
const PAGES_A_STEP = 100;

/** After so many steps what was copied is brought to disk, on another thread, so that little is left for the end. */
const STEPS_A_SYNC = 40;

/** Seconds after which whoever found a backup under way may ask again. */
const RETRY_AFTER = 10;

/**
 * Copies an open database while it is used (https://www.sqlite.org/backup.html): what is committed meanwhile by this same
 * connection goes into both, and a step never stands inside of a transaction, so that the copy is the state of one moment.
 * It lies beside the store for as long as it is made, for this user only, and has no name any more when it is handed over.
 *
 * @param file of the database
 * @returns makes one copy at a time; rejects with Problem `too_many_requests`, `store_unavailable`
 */
export function createBackups(connection: Database, file: string): () => Promise<StoreCopy> {
  const copy = `${file}.copying`;
  let running = false;
  return async () => {
    if (running) throw new Problem('too_many_requests', { retryAfter: RETRY_AFTER, params: { seconds: RETRY_AFTER } });
    running = true;
    try {
      remove(copy);
      const descriptor = openSync(copy, 'wx+', 0o600);
      try {
        await copyTo(connection, copy, descriptor);
        return { bytes: fstatSync(descriptor).size, content: createReadStream(copy, { fd: descriptor, start: 0 }) };
      } catch (error) {
        closeSync(descriptor);
        throw error;
      }
    } catch (error) {
      throw isWorldFailure(error) || !connection.open ? storeUnavailable(error) : error;
    } finally {
      remove(copy);
      running = false;
    }
  };
}

async function copyTo(connection: Database, copy: string, descriptor: number): Promise<void> {
  let steps = 0;
  let syncing: Promise<void> | null = null;
  await connection.backup(copy, {
    progress() {
      steps += 1;
      if (steps % STEPS_A_SYNC === 0) syncing ??= synced(descriptor).finally(() => (syncing = null));
      return PAGES_A_STEP;
    },
  });
  await syncing;
}

/** What fails here fails again, and is told, when SQLite brings the whole copy to disk. */
const synced = (descriptor: number): Promise<void> => new Promise((resolve) => fdatasync(descriptor, () => resolve()));

/** What a process leaves behind that dies over a copy is removed by the next one. */
function remove(copy: string): void {
  for (const left of [copy, `${copy}-journal`]) rmSync(left, { force: true });
}
