import { UsageError } from '../command.ts';
import { plain } from '../plain-text.ts';

interface Refused {
  readonly error?: unknown;
  readonly message?: unknown;
  readonly request_id?: unknown;
  readonly details?: unknown;
}

/** The Admin API has refused a call; the message says why, for people, and can be printed. */
export class RefusedError extends Error {
  readonly status: number;
  /** The stable code of the answer; empty where it was none of ours. */
  readonly code: string;

  constructor(message: string, status: number, code: string) {
    super(message);
    this.name = 'RefusedError';
    this.status = status;
    this.code = code;
  }
}

/** Answers of validation: what was asked for cannot be, whoever asks (exit code 2). */
const NOT_UNDERSTOOD = new Set([400, 422]);

/**
 * What an answer that is no success means for a command.
 *
 * @param way how the Admin API was reached and by what: for whoever wonders why it does not let them in
 */
export function refusalOf(status: number, body: unknown, way: string, command: string): UsageError | RefusedError {
  const { error, message, request_id, details } = (typeof body === 'object' && body !== null ? body : {}) as Refused;
  if (typeof error !== 'string') {
    return new RefusedError(`${way} answered ${status}, and not as the Admin API does`, status, '');
  }
  const text = [
    `${plain(String(message))}${endOf(status, way, request_id)}`,
    ...(Array.isArray(details) ? details.map((line) => `  - ${plain(String(line))}`) : []),
  ].join('\n');
  return NOT_UNDERSTOOD.has(status) ? new UsageError(text, command) : new RefusedError(text, status, error);
}

function endOf(status: number, way: string, requestId: unknown): string {
  if (status === 401 || status === 403) return ` (tried ${way})`;
  return status >= 500 ? ` (request ${plain(String(requestId))} in the log)` : '';
}
