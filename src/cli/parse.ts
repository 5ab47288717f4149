import { parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';
import { type Command, type CommandOption, type OptionValues, UsageError } from './command.ts';

/** What a command was given. */
export interface CommandLine {
  readonly values: OptionValues;
  readonly given: readonly string[];
}

/** One id of 64 begins with a dash. No option has such letters, nor is any as long without a word of its own. */
const DASHED_ID = /^-(?=.*[A-Z0-9_])[\w-]{21}$/;

/** No argument of a process can have it. */
const SHIELD = '\0';

const shielded = (word: string): string => (DASHED_ID.test(word) ? SHIELD + word : word);
const bared = (word: string): string => (word.startsWith(SHIELD) ? word.slice(SHIELD.length) : word);

function baredValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(baredValue);
  return typeof value === 'string' ? bared(value) : value;
}

/** @throws UsageError for what the command does not take, and for what it needs and was not given */
export function parseCommandLine(command: Command, args: readonly string[]): CommandLine {
  const found = parsed(command, args.map(shielded));
  const positionals = found.positionals.map(bared);
  const values = Object.fromEntries(Object.entries(found.values).map(([name, value]) => [name, baredValue(value)]));
  const wanted = command.arguments ?? [];
  const missing = wanted.find(({ optional }, index) => optional !== true && isBlank(positionals[index]));
  if (missing !== undefined) throw new UsageError(`${missing.name} is missing`, command.name);
  const [superfluous] = positionals.slice(wanted.length);
  if (superfluous !== undefined) throw new UsageError(`Unexpected argument '${superfluous}'`, command.name);
  return { values: values as OptionValues, given: positionals };
}

const isBlank = (word: string | undefined): boolean => word === undefined || word.trim() === '';

function parsed(command: Command, args: readonly string[]) {
  const options = Object.entries(command.options).map(([name, option]) => [name, formOf(option)] as const);
  try {
    const found = parseArgs({
      args: [...args],
      options: Object.fromEntries(options),
      allowPositionals: true,
      allowNegative: true,
      tokens: true,
    });
    for (const token of found.tokens) if (token.kind === 'option') refuseDenial(command, token.rawName, token.name);
    return found;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(withNearest(error.message.split('. ')[0] ?? '', command), command.name);
  }
}

/** The parser takes `--no-…` for every switch. */
function refuseDenial(command: Command, given: string, name: string): void {
  if (!given.startsWith('--no-') || command.options[name]?.negatable === true) return;
  throw new UsageError(`Unknown option '${given}'`, command.name);
}

const formOf = ({ value, repeatable }: CommandOption) => ({
  type: value === undefined ? ('boolean' as const) : ('string' as const),
  multiple: repeatable === true,
});

function withNearest(message: string, command: Command): string {
  const unknown = /^Unknown option '--([^']+)'$/.exec(message)?.[1];
  const near = unknown === undefined ? null : nearest(unknown, Object.keys(command.options));
  return near === null ? message : `${message}; did you mean --${near}?`;
}
