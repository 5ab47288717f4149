import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';

/** Brings what SQLite has written to its log onto the disk. */
export interface Disk {
  /** Resolves when everything written before the call is on disk; the event loop goes on meanwhile. */
  sync(): Promise<void>;
  /** The same, at once. */
  syncNow(): void;
  close(): void;
}

/**
 * The write-ahead log of a database in WAL mode. With `synchronous = NORMAL` a commit leaves its frames in the log
 * without waiting for the disk; waiting here instead is what `FULL` does inside the commit (https://www.sqlite.org/wal.html §8),
 * but on another thread. SQLite keeps its locks on the database file, never on the log, so that this second descriptor
 * takes none away when it is closed.
 *
 * @param file of the database
 */
export function openLog(file: string): Disk {
  const descriptor = openSync(`${file}-wal`, 'r+');
  let running = 0;
  let state: 'open' | 'closing' | 'closed' = 'open';
  const closeWhenIdle = (): void => {
    if (state !== 'closing' || running > 0) return;
    state = 'closed';
    closeSync(descriptor);
  };
  return {
    sync: () =>
      new Promise((resolve, reject) => {
        running += 1;
        fdatasync(descriptor, (error) => {
          running -= 1;
          if (error === null) resolve();
          else reject(error);
          closeWhenIdle();
        });
      }),
    syncNow: () => fdatasyncSync(descriptor),
    close() {
      if (state === 'open') state = 'closing';
      closeWhenIdle();
    },
  };
}
