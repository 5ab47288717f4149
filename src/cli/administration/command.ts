import { createClock } from '../../adapters/system/index.ts';
import {
  type Command,
  type CommandArgument,
  type CommandOption,
  EXIT,
  type ExitCode,
  JSON_OPTION,
  type OptionValues,
  UsageError,
} from '../command.ts';
import { plain, plainJson } from '../plain-text.ts';
import type { Terminal } from '../terminal.ts';
import { type AdminClient, collected, withAdministration } from './admin-client.ts';
import { SERVER_OPTIONS } from './transport.ts';

/** A command at work. */
export interface AdminTask {
  readonly admin: AdminClient;
  readonly values: OptionValues;
  /** What was given for its arguments. */
  readonly given: readonly string[];
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Prints the answer as JSON where that is wanted, and otherwise the words of `text`. */
  show(answer: unknown, text: () => string): void;
}

interface AdminCommand extends Pick<Command, 'name' | 'summary' | 'details' | 'examples'> {
  readonly arguments?: readonly CommandArgument[];
  readonly options?: Readonly<Record<string, CommandOption>>;
  /** What cannot be undone is asked for at a terminal, and otherwise wants `--yes`: the question. */
  readonly confirm?: (given: readonly string[]) => string;
  /** @returns what it ends with; nothing is 0 */
  work(task: AdminTask): Promise<ExitCode | undefined>;
}

const YES_OPTION: CommandOption = { description: 'do not ask; needed where nobody can be asked' };

/** A command that speaks to the Admin API, with what all of them have. */
export function adminCommand({ confirm, work, ...command }: AdminCommand): Command {
  return {
    ...command,
    options: {
      ...command.options,
      ...(confirm === undefined ? {} : { yes: YES_OPTION }),
      json: JSON_OPTION,
      ...SERVER_OPTIONS,
    },
    async run(values, terminal, given) {
      if (confirm !== undefined && !(await isMeant(confirm(given), command.name, values, terminal))) {
        terminal.note('Nothing was changed.');
        return EXIT.failed;
      }
      const show: AdminTask['show'] = (answer, text) =>
        terminal.print(values.json === true ? plainJson(answer) : text());
      return withAdministration(
        command.name,
        values,
        terminal,
        async (admin) => (await work({ admin, values, given, terminal, now: createClock().now, show })) ?? EXIT.ok,
      );
    },
  };
}

/** @throws UsageError where nobody can be asked and nobody has said so beforehand */
async function isMeant(question: string, command: string, values: OptionValues, terminal: Terminal): Promise<boolean> {
  if (values.yes === true) return true;
  if (terminal.confirm === null) throw new UsageError('nobody can be asked here; --yes says that it is meant', command);
  return terminal.confirm(plain(question));
}

/** @throws UsageError for what is no number of that range */
export function numberIn(values: OptionValues, name: string, command: string, most: number): number | undefined {
  const text = values[name];
  if (typeof text !== 'string') return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw new UsageError(`--${name}: expected a number from 1 to ${most}`, command);
  return number;
}

/** The value of an option that takes one. */
export const textIn = (values: OptionValues, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};

/** The values of an option that may be repeated. */
export const listIn = (values: OptionValues, name: string): readonly string[] | undefined => {
  const value = values[name];
  return typeof value === 'object' ? value : undefined;
};

const MOST_LISTED = 1_000_000;
export const LIMIT_OPTION: CommandOption = { value: 'N', description: 'so many at most; 50 when left out' };

/** A list as far as it is wanted, and whether there is more. */
export async function listed<Item>(
  { admin, values }: AdminTask,
  command: string,
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): Promise<{ readonly items: readonly Item[]; readonly more: boolean }> {
  const most = numberIn(values, 'limit', command, MOST_LISTED) ?? 50;
  const items = await collected(admin.all<Item>(path, query, most + 1));
  return { items: items.slice(0, most), more: items.length > most };
}
