import { destination, type Logger, pino } from 'pino';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { createClock } from './clock.ts';
import { humanLine } from './line.ts';
import { redactFields } from './redact.ts';
import { redactText } from './redact-text.ts';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** `json`: one object a line, for machines. `line`: for a person at a terminal. */
  readonly format?: 'json' | 'line';
  /** Where lines go, each ending with a line feed; the standard output when left out. */
  readonly stream?: { write(line: string): unknown };
  readonly clock?: Clock;
}

/** Creates a log whose every line has gone through redaction: see `redactFields` and `redactText`. */
export function createLog({ level, format = 'json', stream, clock = createClock() }: LogOptions): Log {
  const out = stream ?? destination({ fd: 1, sync: true });
  const target = format === 'json' ? out : { write: (line: string) => out.write(humanLine(line)) };
  return redacting(
    pino(
      {
        level,
        base: null,
        messageKey: 'message',
        timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
        // What comes here is redacted plain data; pino's own serializer takes the copy of an error for a real one.
        serializers: { err: (value: unknown) => value },
        formatters: { level: (label) => ({ level: label }) },
      },
      target,
    ),
  );
}

/** Redacts before pino sees anything: none of its options can be forgotten or get in the way. */
function redacting(logger: Logger): Log {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error'): Log['info'] =>
    (fields, message) => {
      if (logger.isLevelEnabled(level)) logger[level](redactFields(fields), redactText(message));
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => redacting(logger.child(redactFields(fields))),
  };
}
