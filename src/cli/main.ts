import { readFileSync } from 'node:fs';
import { ConfigError } from '../config/load.ts';
import { nearest } from '../config/nearest.ts';
import { isProblem } from '../domain/errors.ts';
import { EXIT, type ExitCode, UsageError } from './command.ts';
import { COMMANDS, GROUPS } from './commands.ts';
import { commandHelp, groupHelp, programHelp } from './help.ts';
import { maskUrls } from './masking.ts';
import { parseCommandLine } from './parse.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/**
 * Does what a command line asks for.
 *
 * @param args what stands after the name of the program
 * @returns the exit code; a server that was started goes on running
 */
export async function runCommandLine(args: readonly string[], terminal = createTerminal()): Promise<ExitCode> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    return explain(error, terminal);
  }
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const asksForHelp = args[0] === 'help';
  const words = wordsOf(asksForHelp ? args.slice(1) : args);
  const rest = args.slice(words.length + (asksForHelp ? 1 : 0));
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  const wantsHelp = asksForHelp || own.includes('--help') || own.includes('-h');
  if (words.length === 0) return program(rest, wantsHelp, terminal);
  const command = COMMANDS.find(({ name }) => name === words.join(' '));
  if (command === undefined) return group(words, wantsHelp, terminal);
  if (!wantsHelp) {
    const { values, given } = parseCommandLine(command, rest);
    return command.run(values, terminal, given);
  }
  terminal.print(commandHelp(command));
  return EXIT.ok;
}

/** The words at the beginning that name a command, or as much of one as there is. */
function wordsOf(args: readonly string[]): string[] {
  const [first, second] = args;
  if (first === undefined || first.startsWith('-')) return [];
  const isWhole = COMMANDS.some(({ name }) => name === first);
  return isWhole || second === undefined || second.startsWith('-') ? [first] : [first, second];
}

function program(rest: readonly string[], wantsHelp: boolean, terminal: Terminal): ExitCode {
  if (wantsHelp) {
    terminal.print(programHelp(COMMANDS, GROUPS));
    return EXIT.ok;
  }
  if (rest.length === 1 && rest[0] === '--version') {
    terminal.print(version());
    return EXIT.ok;
  }
  if (rest.length > 0) throw new UsageError(`there is no option ${rest[0]}`);
  terminal.note(programHelp(COMMANDS, GROUPS));
  return EXIT.usage;
}

/** @throws UsageError for words that are no command and begin none */
function group(words: readonly string[], wantsHelp: boolean, terminal: Terminal): ExitCode {
  const [first = '', second] = words;
  const found = GROUPS.find(({ name }) => name === first);
  if (found === undefined || second !== undefined) {
    const near = nearest(
      words.join(' '),
      [...COMMANDS, ...GROUPS].map(({ name }) => name),
    );
    throw new UsageError(`there is no command ${words.join(' ')}${near === null ? '' : `; did you mean ${near}?`}`);
  }
  if (wantsHelp) terminal.print(groupHelp(found, COMMANDS));
  else terminal.note(groupHelp(found, COMMANDS));
  return wantsHelp ? EXIT.ok : EXIT.usage;
}

const version = (): string => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
};

/** Says what went wrong, without a stack and without credentials, and how the process ends. */
function explain(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof UsageError) {
    terminal.note(`countersign: ${maskUrls(error.message)}`);
    terminal.note(`See: ${['countersign', error.command, '--help'].filter((word) => word !== '').join(' ')}`);
    return EXIT.usage;
  }
  if (error instanceof ConfigError) {
    terminal.note(
      `The configuration cannot be used:\n${error.problems.map((line) => `  - ${maskUrls(line)}`).join('\n')}`,
    );
    return EXIT.configuration;
  }
  terminal.note(`countersign: ${maskUrls(reasonOf(error))}`);
  return EXIT.failed;
}

function reasonOf(error: unknown): string {
  if (isProblem(error, 'store_unavailable')) return 'the store cannot be reached, or takes no writes';
  return error instanceof Error ? error.message : 'it failed';
}
