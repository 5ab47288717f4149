import type { Terminal } from './terminal.ts';

/** How a command ends; scripts rely on these numbers. */
export const EXIT = {
  ok: 0,
  /** It was understood and did not succeed. */
  failed: 1,
  /** It was not understood: an unknown command or option, or one that is missing. */
  usage: 2,
  /** `sysexits.h`: the configuration is wrong. */
  configuration: 78,
  /** Ctrl-C: 128 and the number of the signal. */
  interrupted: 130,
  /** SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An option of a command: a switch, or one that takes a value. */
export interface CommandOption {
  /** What stands for its value in the help; left out for a switch. */
  readonly value?: string;
  readonly description: string;
  /** It may be given more than once; its values are a list. */
  readonly repeatable?: true;
  /** A switch that can also be given as `--no-…`, which is not the same as leaving it out. */
  readonly negatable?: true;
}

/** A word that a command wants besides its options. */
export interface CommandArgument {
  /** What stands for it in the help: `EMAIL`. */
  readonly name: string;
  readonly description: string;
  readonly optional?: true;
}

/** What was given for the options of a command; what was not given is missing. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One thing the program does. */
export interface Command {
  /** The words that call it, for instance `store copy`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs for its own help; what ends how, what it changes and what it does not. */
  readonly details: readonly string[];
  /** In their order; what may be left out comes last. */
  readonly arguments?: readonly CommandArgument[];
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Whole command lines. */
  readonly examples: readonly string[];
  /**
   * @param given what was given for its arguments: each that is not optional
   * @throws UsageError when the options do not fit together
   * @throws ConfigError when it needs a configuration and that is wrong
   */
  run(values: OptionValues, terminal: Terminal, given: readonly string[]): Promise<ExitCode>;
}

/** Several commands under one word. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
}

/** The command line was not understood; the message says what is wrong with it. */
export class UsageError extends Error {
  /** The command whose help explains it; empty for the program as a whole. */
  readonly command: string;

  constructor(message: string, command = '') {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}

/** For every command whose result a script may want to read. */
export const JSON_OPTION: CommandOption = { description: 'print the result as JSON' };
