import Sqlite from 'better-sqlite3';
import { Problem } from '../../domain/errors.ts';

/** Result codes that blame the world, not the statement (https://www.sqlite.org/rescode.html). */
const WORLD = /^SQLITE_(BUSY|CANTOPEN|CORRUPT|FULL|IOERR|LOCKED|NOMEM|NOTADB|PERM|PROTOCOL|READONLY)/;

/** Seconds after which a caller may ask again; a full disk is not emptied at once. */
const RETRY_AFTER = 5;

/** The result code of an error that SQLite raised, or null for any other error. */
export const resultCode = (error: unknown): string | null => (error instanceof Sqlite.SqliteError ? error.code : null);

/** True when the disk, the file or the memory failed: the same write can succeed later. */
export const isWorldFailure = (error: unknown): boolean => WORLD.test(resultCode(error) ?? '');

/** What callers are told when the world failed. */
export const storeUnavailable = (cause: unknown): Problem =>
  new Problem('store_unavailable', { cause, retryAfter: RETRY_AFTER });
