import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearest } from './nearest.ts';
import type { Option } from './options.ts';
import type { Layer } from './problems.ts';
import { secretFileFault } from './secret-file.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** What the environment says, and what is wrong with how it says it. */
export interface EnvironmentReading {
  readonly layer: Layer;
  readonly problems: string[];
  readonly warnings: string[];
}

/** No settings although they begin like a section: set by desktops, for the command line. */
const FOREIGN = new Set(['SESSION_MANAGER', 'ADMIN_URL', 'ADMIN_URL_FILE']);

interface Found {
  readonly name: string;
  readonly text: string;
}

/** An empty variable counts as not set: that is what `docker compose` makes of one that was left out. */
const isSet = (value: string | undefined): value is string => value !== undefined && value.trim() !== '';

function findAll(option: Option, env: Variables, directory: string, problems: string[]): Found[] {
  return option.environmentNames.flatMap((name) => findBoth(name, env, directory, problems));
}

/** A variable, and what is in the file that `<NAME>_FILE` names. */
function findBoth(name: string, env: Variables, directory: string, problems: string[]): Found[] {
  const found: Found[] = [];
  const text = env[name];
  if (isSet(text)) found.push({ name, text: text.trim() });
  const file = env[`${name}_FILE`];
  if (!isSet(file)) return found;
  try {
    found.push({ name: `${name}_FILE`, text: readFileSync(resolve(directory, file), 'utf8').trim() });
  } catch (error) {
    problems.push(`${name}_FILE: cannot read ${file}: ${reasonOf(error)}`);
  }
  return found;
}

/** A variable, or what is in the file that `<NAME>_FILE` names; undefined when neither is set. */
export const readText = (name: string, env: Variables, directory: string, problems: string[]): string | undefined =>
  findBoth(name, env, directory, problems)[0]?.text;

/** Node's error code (`ENOENT`), never a message: that could quote what was read. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unreadable';

/** A text that does not look like its kind stays text, so that the schema says what it expected instead. */
function interpret(option: Option, { name, text }: Found, problems: string[]): unknown {
  switch (option.kind) {
    case 'text':
      return text;
    case 'number':
      return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return { true: true, 1: true, false: false, 0: false }[text.toLowerCase()] ?? text;
    case 'list':
      return text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    case 'json':
      try {
        return JSON.parse(text);
      } catch {
        problems.push(`${option.path.join('.')} (${name}): expected JSON`);
        return undefined;
      }
  }
}

function put(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    values[first] = value;
    return;
  }
  const section = (values[first] ?? {}) as Record<string, unknown>;
  values[first] = section;
  put(section, rest, value);
}

/**
 * Reads every option from the environment, directly or from the file that `<NAME>_FILE` names (content trimmed).
 *
 * @param directory where relative file names start
 * @param production refuse secret files that others can write or read (R-72)
 */
export function readEnvironment(
  env: Variables,
  options: readonly Option[],
  directory: string,
  production: boolean,
): EnvironmentReading {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const option of options) {
    const found = findAll(option, env, directory, problems);
    const [first] = found;
    if (first === undefined) continue;
    if (found.length > 1) {
      problems.push(`${option.path.join('.')}: set more than once, by ${found.map(({ name }) => name).join(' and ')}`);
      continue;
    }
    const value = interpret(option, first, problems);
    if (value !== undefined) put(values, option.path, value);
  }
  const secretFile = env.SECRET_FILE;
  if (production && isSet(secretFile) && values.secret !== undefined) {
    const fault = secretFileFault(resolve(directory, secretFile));
    if (fault !== null) problems.push(`SECRET_FILE: ${fault}`);
  }
  return { layer: { source: 'the environment', values }, problems, warnings: misspelt(env, options) };
}

/** Variables that begin like one of our sections and mean nothing. */
function misspelt(env: Variables, options: readonly Option[]): string[] {
  const names = options.flatMap((option) => option.environmentNames.flatMap((name) => [name, `${name}_FILE`]));
  const sections = new Set(
    options.filter(({ path }) => path.length > 1).map(({ path }) => `${path[0]?.toUpperCase()}_`),
  );
  return Object.keys(env)
    .filter((name) => isSet(env[name]) && !names.includes(name) && !FOREIGN.has(name))
    .filter((name) => [...sections].some((prefix) => name.startsWith(prefix)))
    .map((name) => {
      const near = nearest(name, names);
      return `the environment variable ${name} means nothing here${near === null ? '' : `; did you mean ${near}?`}`;
    });
}
