import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Database, Statement } from 'better-sqlite3';
import Sqlite from 'better-sqlite3';
import type { Log } from '../../ports/log.ts';
import type { StoreCopy } from '../../ports/store/backup.ts';
import { StoreInUseError } from '../../ports/store-in-use.ts';
import { createBackups } from './backup.ts';
import { type Disk, openLog } from './disk.ts';
import { createGroupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { isWorldFailure, resultCode, storeUnavailable } from './unavailable.ts';

export interface DatabaseOptions {
  /** The file; it and its folder are created when missing, readable by this user only. */
  readonly path: string;
  readonly log?: Log;
  /** The disk under the file's log, for tests of what happens when it is slow or fails. */
  readonly openDisk?: (file: string) => Disk;
}

/** One open file: what the sub-stores share. */
export interface SqliteDatabase {
  /**
   * Compiles a statement with named parameters, to be kept for the life of the database.
   *
   * Where an index serves a sorted range, a bare parameter makes SQLite look at its value for the statistics of STAT4 and
   * compile the statement anew whenever the value changes, which costs ten times the query: such statements say
   * `+@name`, an expression it does not look into (https://www.sqlite.org/c3ref/prepare.html, last paragraphs).
   */
  prepare<Params extends object, Row = unknown>(source: string): Statement<[Params], Row>;
  /** Answers from what is committed. @throws Problem `store_unavailable` */
  read<T>(query: () => T): Promise<T>;
  /** Makes a change and answers once it is on disk. @throws Problem `store_unavailable`, or what `change` threw */
  write<T>(change: () => T): Promise<T>;
  /** The query plan of every statement prepared so far, so that a test can tell a search from a scan. */
  plans(): { readonly source: string; readonly steps: readonly string[] }[];
  /** Copies everything as it is at one moment, while it is used. @throws Problem `too_many_requests`, `store_unavailable` */
  backup(): Promise<StoreCopy>;
  /** Commits what is waiting, then gives the file free. */
  close(): void;
}

/**
 * Opens the file, takes it for this process alone and brings its schema up to date.
 *
 * @throws Error with a message for the operator: the file is in use, from a newer version, or unreadable
 */
export function openDatabase({ path, log, openDisk = openLog }: DatabaseOptions): SqliteDatabase {
  const file = resolve(path);
  createPrivateFile(file);
  const connection = takeFile(file);
  const disk = openDisk(file);
  const commits = createGroupCommit(connection, disk, log);
  const sources: string[] = [];
  return {
    prepare: <Params extends object, Row>(source: string) => {
      sources.push(source);
      return connection.prepare<[Params], Row>(source);
    },
    read: async (query) => {
      await commits.settled();
      return readFrom(connection, query);
    },
    write: commits.write,
    backup: createBackups(connection, file),
    plans: () => sources.map((source) => ({ source, steps: planOf(connection, source) })),
    close: () => {
      if (!connection.open) return;
      commits.flush();
      connection.close();
      disk.close();
    },
  };
}

function createPrivateFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    // SQLite gives journal and WAL the permissions of the file, but would create the file itself with the umask's.
    // `x`, because a process that opens and closes the file another time loses SQLite's lock on it (fcntl(2), POSIX).
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!existsSync(file)) throw error;
  }
}

function takeFile(file: string): Database {
  // No busy timeout: whoever finds the file taken is to say so at once.
  const connection = new Sqlite(file, { timeout: 0 });
  try {
    configure(connection);
    migrate(connection, file);
    return connection;
  } catch (error) {
    connection.close();
    throw resultCode(error) === null ? error : whyNot(file, error);
  }
}

/**
 * Exclusive locking before the first access of a WAL file keeps every other process out and the WAL index in memory
 * (https://www.sqlite.org/wal.html §8); the operating system takes the lock back when the process dies.
 * FULL waits for the disk at each commit, so that an acknowledged write survives a power cut.
 */
function configure(connection: Database): void {
  connection.pragma('locking_mode = EXCLUSIVE');
  const mode = connection.pragma('journal_mode = WAL', { simple: true });
  if (mode !== 'wal') throw new Error(`SQLite keeps no write-ahead log here (journal mode ${String(mode)})`);
  // Not FULL: the wait for the disk is ours, shared and beside the event loop, see disk.ts. The rest of NORMAL is FULL's.
  connection.pragma('synchronous = NORMAL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('trusted_schema = OFF');
  connection.pragma('temp_store = MEMORY');
  connection.pragma('cache_size = -32768');
  connection.pragma('journal_size_limit = 67108864');
}

function whyNot(file: string, error: unknown): Error {
  if (resultCode(error)?.startsWith('SQLITE_BUSY') !== true) {
    return new Error(`${file} cannot be opened as a database (${resultCode(error)})`, { cause: error });
  }
  return new StoreInUseError(
    `${file} is in use by another process: one SQLite file serves one server. Stop the other one, or set STORE_URL to another store.`,
    { cause: error },
  );
}

function readFrom<T>(connection: Database, query: () => T): T {
  try {
    return query();
  } catch (error) {
    throw isWorldFailure(error) || !connection.open ? storeUnavailable(error) : error;
  }
}

function planOf(connection: Database, source: string): string[] {
  const names = [...source.matchAll(/@(\w+)/g)].map((match) => [match[1], null]);
  const steps = connection.prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN ${source}`);
  return steps.all(Object.fromEntries(names)).map((step) => step.detail);
}
