import { types } from 'node:util';
import { REDACTED, redactText, SENSITIVE_NAME } from './redact-text.ts';

/** Names that only sound like credentials; their values still have to look harmless. */
const HARMLESS = new Set(['statusCode', 'problemCode', 'errorCode', 'exitCode', 'codeLength']);

/**
 * Ids of our own records, which people have to be able to look up. They are 22 characters at most (128 bits); every
 * credential is longer, so that one which gets here by mistake is still taken out.
 */
const ID_NAME = /^(?:account|client|challenge|message|request|key|event)Id$/;
const ID = /^[\w.~-]{1,22}$/;

const DEEPEST = 8;
const LONGEST_LIST = 100;
const FRAMES = 20;

const isError = (value: unknown): value is Error => value instanceof Error || types.isNativeError(value);

const isHarmless = (name: string, value: unknown): boolean =>
  HARMLESS.has(name) &&
  ((typeof value === 'number' && Math.abs(value) < 1000) ||
    (typeof value === 'string' && /^[A-Za-z_]{1,40}$/.test(value)));

/** Copies a value of a log line into plain data without anything that must not be logged. Never throws. */
function redactValue(name: string, value: unknown, ancestors: readonly object[]): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (SENSITIVE_NAME.test(name) && !isHarmless(name, value)) return REDACTED;
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return ID_NAME.test(name) && ID.test(value) ? value : redactText(value);
  if (typeof value !== 'object') return typeof value === 'bigint' ? String(value) : `[${typeof value}]`;
  if (ancestors.includes(value)) return '[circular]';
  if (ancestors.length >= DEEPEST) return '[deep]';
  try {
    return redactObject(name, value, [...ancestors, value]);
  } catch {
    return '[unreadable]';
  }
}

function redactObject(name: string, value: object, ancestors: readonly object[]): unknown {
  if (isError(value)) return redactError(value, ancestors);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map)
    return redactEntries(
      [...value].map(([key, entry]) => [String(key), entry]),
      ancestors,
    );
  const list = Array.isArray(value) ? value : value instanceof Set ? [...value] : null;
  if (list === null) return redactEntries(Object.entries(value), ancestors);
  const shown = list.slice(0, LONGEST_LIST).map((entry: unknown) => redactValue(name, entry, ancestors));
  return list.length > shown.length ? [...shown, `[${list.length - shown.length} more]`] : shown;
}

const redactEntries = (entries: readonly (readonly [string, unknown])[], ancestors: readonly object[]): object =>
  Object.fromEntries(
    entries.slice(0, LONGEST_LIST).map(([key, entry]) => [redactText(key), redactValue(key, entry, ancestors)]),
  );

/** The system's own name of a failure, such as `ECONNREFUSED` or `SQLITE_BUSY`; any other code is not shown. */
function reasonOf(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,39}$/.test(code) ? redactText(code) : undefined;
}

/** Frames only: the head of a stack repeats the message, and a message can pretend to be a frame. */
const framesOf = (error: Error): string[] =>
  String(error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, FRAMES)
    .map((line) => redactText(line.trim()));

function redactError(error: Error, ancestors: readonly object[]): object {
  const causes = error instanceof AggregateError ? error.errors : undefined;
  const shown = {
    type: redactText(String(error.name)),
    message: redactText(String(error.message)),
    reason: reasonOf(error),
    stack: framesOf(error),
    cause: redactValue('cause', error.cause, ancestors),
    errors: redactValue('errors', causes, ancestors),
  };
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
}

/** Names that a log line gives itself; a field of this name must not be able to pass for it. */
const OWN = new Set(['time', 'level', 'message']);

/**
 * Copies the fields of a log line without anything that must not be logged, whatever its depth.
 * Never throws and never keeps a reference to what it was given.
 */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = redactValue('', fields, []);
  if (typeof copy !== 'object' || copy === null) return { fields: copy };
  return Object.fromEntries(Object.entries(copy).map(([name, value]) => [OWN.has(name) ? `${name}_` : name, value]));
}
