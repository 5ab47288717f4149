import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/cli/main.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/countersign.mjs', import.meta.url));

/** What a command has said, and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Does what a command line asks for inside this process. @param columns of a screen that shows the error stream */
export async function command(args: readonly string[], columns: number | null = null): Promise<Outcome> {
  const said = { out: '', err: '' };
  const code = await runCommandLine(args, {
    print: (text) => {
      said.out += `${text}\n`;
    },
    stream: async (text) => {
      said.out += `${text}\n`;
    },
    note: (text) => {
      said.err += `${text}\n`;
    },
    overwrite: (text) => {
      said.err += `\r${text}`;
    },
    columns,
    screen: null,
    confirm: null,
  });
  return { code, ...said };
}

/** A command in a process of its own. */
export interface RunningCommand {
  readonly child: ChildProcess;
  /** Resolves when it has ended; its code is null when a signal ended it. */
  readonly ended: Promise<Outcome>;
}

/** Starts the program as a shell would, in a folder where nothing is configured. @param program another copy of it */
export function startCommand(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
  program = PROGRAM,
): RunningCommand {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  return {
    child,
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out: text(out), err: text(err) })),
  };
}

/** A folder of its own for each test. @returns where something in it is */
export function useFolder(): (...parts: string[]) => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return (...parts) => join(folder, ...parts);
}
