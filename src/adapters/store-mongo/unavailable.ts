import { Error as MongooseErrors, mongo } from 'mongoose';
import { isProblem, Problem } from '../../domain/errors.ts';

/** Seconds after which a caller may ask again: about what the election of a new primary takes (R-79). */
const RETRY_AFTER = 5;

/**
 * Codes that blame the world, not the request: no primary, shutting down, out of time, no majority, no disk
 * (https://www.mongodb.com/docs/manual/reference/error-codes/).
 */
const WORLD = new Set([
  6, 7, 24, 46, 50, 64, 89, 91, 100, 112, 133, 134, 189, 202, 262, 290, 317, 358, 384, 391, 402, 9001, 10058, 10107,
  11600, 11602, 13388, 13435, 13436, 14031,
]);

/** Codes of a server that does not take our credentials, or not for this. */
const REFUSED = new Set([13, 18, 8000]);

/** What the system says of a socket that broke under a write; the driver passes it on as it is. */
const BROKEN_SOCKET = new Set(['EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ENOTCONN', 'ETIMEDOUT']);

const DUPLICATE_KEY = 11000;

/** What callers are told when the world failed (R-79, R-87). */
export const storeUnavailable = (cause: unknown): Problem =>
  new Problem('store_unavailable', { cause, retryAfter: RETRY_AFTER });

/** True for a write that a unique index has refused. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;

/** True when the network, the servers or the access to them failed: the same request can succeed later. */
function isWorldFailure(error: unknown): boolean {
  if (error instanceof MongooseErrors.MongooseServerSelectionError) return true;
  if (error instanceof mongo.MongoWriteConcernError) return true;
  // The driver hides in it what ended a bulk write before any of it was refused.
  if (error instanceof mongo.MongoBulkWriteError && error.code === undefined) return true;
  if (error instanceof mongo.MongoServerError) {
    const code = Number(error.code);
    return WORLD.has(code) || REFUSED.has(code) || error.hasErrorLabel('RetryableWriteError');
  }
  if (error instanceof Error && 'code' in error && BROKEN_SOCKET.has(String(error.code))) return true;
  // What is left of the driver's errors is about reaching the servers, or about how it was called.
  return error instanceof mongo.MongoError && !(error instanceof mongo.MongoAPIError && !isClosed(error));
}

/** Closed by us, or because the server went away. */
const isClosed = (error: mongo.MongoError): boolean =>
  error instanceof mongo.MongoNotConnectedError ||
  error instanceof mongo.MongoTopologyClosedError ||
  error instanceof mongo.MongoClientClosedError;

/**
 * The error that callers get instead of the driver's. Its messages quote documents and keys, which hold addresses, so
 * that of an unexpected one only the kind is told (R-65).
 */
export function translated(error: unknown): unknown {
  if (isProblem(error)) return error;
  if (isWorldFailure(error)) return storeUnavailable(new Error(kindOf(error)));
  if (error instanceof mongo.MongoError || error instanceof MongooseErrors) {
    return new Error(`MongoDB did not take an operation: ${kindOf(error)}`);
  }
  return error;
}

/** Name and code of an error, without what it says. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const fields = error as { readonly code?: unknown; readonly codeName?: unknown; readonly errors?: object };
  const places = fields.errors === undefined ? '' : ` at ${Object.keys(fields.errors).join(', ')}`;
  const code = fields.codeName ?? fields.code;
  return `${error.name}${code === undefined ? '' : ` ${String(code)}`}${places}`;
}
