import { UsageError } from '../command.ts';
import { plain } from '../plain-text.ts';
import type { Transport } from './transport.ts';

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

type Tried = Pick<Transport, 'way' | 'advice'>;

/** Answers of validation: what was asked for cannot be, whoever asks (exit code 2). */
const NOT_UNDERSTOOD = new Set([400, 422]);

/**
 * What an answer that is no success means for a command.
 *
 * @param tried how the Admin API was reached and by what, and what may be wrong: for whoever wonders why it does not let them in
 */
export function refusalOf(status: number, body: unknown, tried: Tried, command: string): UsageError | RefusedError {
  const { error, message, request_id, details } = (typeof body === 'object' && body !== null ? body : {}) as Refused;
  if (typeof error !== 'string') {
    return new RefusedError(`${tried.way} answered ${status}, and not as the Admin API does`, status, '');
  }
  const text = [
    `${error === 'not_found' ? missing(command) : plain(String(message))}${endOf(status, tried, request_id)}`,
    ...(Array.isArray(details) ? details.map((line) => `  - ${plain(String(line))}`) : []),
  ].join('\n');
  return NOT_UNDERSTOOD.has(status) ? new UsageError(text, command) : new RefusedError(text, status, error);
}

/** What is not there, by the group of the command: the API says `Not found` of all of them. */
function missing(command: string): string {
  const [group = ''] = command.split(' ');
  return `there is no such ${{ 'api-keys': 'key', admin: 'administrator' }[group] ?? group.replace(/s$/, '')}`;
}

function endOf(status: number, { way, advice }: Tried, requestId: unknown): string {
  if (status === 401 || status === 403) return ` (tried ${way}${advice === null ? '' : `; ${advice}`})`;
  return status >= 500 ? ` (request ${plain(String(requestId))} in the log)` : '';
}
