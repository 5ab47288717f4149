import { createLog } from '../../src/adapters/system/index.ts';
import type { Log } from '../../src/ports/log.ts';

/** A real log, redaction included, whose lines stay here. */
export interface CapturedLog {
  readonly log: Log;
  /** Every line as it would have been written. */
  readonly lines: string[];
  /** The last line, parsed; only for the format `json`. */
  last(): Record<string, unknown>;
}

/** Lines of 20 November 2026, 09:08:07.065 UTC. */
export function captureLog(
  options: { format?: 'json' | 'line'; level?: 'debug' | 'info' | 'silent' } = {},
): CapturedLog {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  const clock = { now: () => Date.UTC(2026, 10, 20, 9, 8, 7, 65) };
  const log = createLog({ level: 'debug', stream, clock, ...options });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') };
}
