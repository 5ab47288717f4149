import type { Command, CommandArgument, CommandGroup, CommandOption } from './command.ts';

const WIDTH = 88;

const EXIT_CODES = [
  ['0', 'done'],
  ['1', 'not done; the error stream says why'],
  ['2', 'the command line was not understood'],
  ['78', 'the configuration is wrong'],
] as const;

const ABOUT = [
  'Settings come from config/*.json, the file that CONFIG_FILE names, and the environment, exactly as the server reads them. Results go to the standard output, everything else to the error stream.',
];

/** The help of the whole program. */
export const programHelp = (commands: readonly Command[], groups: readonly CommandGroup[]): string =>
  [
    'Countersign, a passwordless OpenID Connect authorization server',
    usage('COMMAND [options]'),
    section('Commands', [
      ...commands.filter(({ name }) => !name.includes(' ')).map(({ name, summary }) => [name, summary] as const),
      ...groups.flatMap((group) => membersOf(group, commands)),
    ]),
    section('Options', [
      ['--help', 'this help; after a command, its own'],
      ['--version', 'the version of the program'],
    ]),
    section('Exit codes', EXIT_CODES),
    ...ABOUT.map((paragraph) => wrapped(paragraph)),
  ].join('\n\n');

/** The help of a word that several commands begin with. */
export const groupHelp = (group: CommandGroup, commands: readonly Command[]): string =>
  [
    wrapped(group.summary),
    usage(`${group.name} COMMAND [options]`),
    section('Commands', membersOf(group, commands)),
    `More about one of them: countersign ${group.name} COMMAND --help`,
  ].join('\n\n');

/** The help of one command. */
export const commandHelp = (command: Command): string =>
  [
    wrapped(`${command.summary}.`),
    usage([command.name, ...argumentsOf(command).map(argumentText), '[options]'].join(' ')),
    ...command.details.map((paragraph) => wrapped(paragraph)),
    ...argumentSection(command),
    section('Options', [...Object.entries(command.options).map(optionRow), ['--help', 'this help']]),
    ...(command.examples.length === 0 ? [] : [`Examples:\n${command.examples.map((line) => `  ${line}`).join('\n')}`]),
  ].join('\n\n');

const argumentsOf = (command: Command): readonly CommandArgument[] => command.arguments ?? [];

const argumentText = ({ name, optional }: CommandArgument): string => (optional === true ? `[${name}]` : name);

const argumentSection = (command: Command): string[] =>
  argumentsOf(command).length === 0
    ? []
    : [
        section(
          'Arguments',
          argumentsOf(command).map(({ name, description }) => [name, description]),
        ),
      ];

function optionRow([name, option]: readonly [string, CommandOption]): readonly [string, string] {
  const { value, description, negatable, repeatable } = option;
  const text = repeatable === true ? `${description} (may be repeated)` : description;
  return [`--${name}${negatable === true ? `, --no-${name}` : ''}${value === undefined ? '' : ` ${value}`}`, text];
}

const usage = (rest: string): string => `Usage: countersign ${rest}`;

const membersOf = ({ name: group }: CommandGroup, commands: readonly Command[]): (readonly [string, string])[] =>
  commands.filter(({ name }) => name.startsWith(`${group} `)).map(({ name, summary }) => [name, summary]);

/** Names longer than this have a line of their own. */
const LONGEST_NAME = 20;

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const column = Math.min(LONGEST_NAME, Math.max(...rows.map(([name]) => name.length))) + 4;
  const indent = `\n${' '.repeat(column)}`;
  const lines = rows.map(([name, text]) => {
    const body = wrapped(text, WIDTH - column).replaceAll('\n', indent);
    return name.length > LONGEST_NAME ? `  ${name}${indent}${body}` : `  ${name}`.padEnd(column) + body;
  });
  return `${title}:\n${lines.join('\n')}`;
}

/** Broken between words, so that no line is longer than `width` characters. */
function wrapped(text: string, width: number = WIDTH): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
