import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Where a command talks to: a person, or a script that reads the one stream and shows the other. */
export interface Terminal {
  /** A line of the result, to the standard output. */
  print(text: string): void;
  /** The same for one of very many: resolves when it may go on, so that a slow reader does not fill the memory. */
  stream(text: string): Promise<void>;
  /** A line about the work, to the error stream: warnings, errors, what to do next. */
  note(text: string): void;
  /** Columns of the screen that the error stream is shown on; null when nobody watches. */
  readonly columns: number | null;
  /** Writes over the present line of that screen. */
  overwrite(text: string): void;
  /** The screen that results are shown on; null where they go to a file or another program. */
  readonly screen: Screen | null;
  /** Asks whoever sits there. Null where nobody does. */
  readonly confirm: ((question: string) => Promise<boolean>) | null;
}

export interface Screen {
  readonly columns: number;
  /** False where the terminal has none, or nobody wants them (https://no-color.org). */
  readonly colours: boolean;
}

/** The terminal of this process. */
export function createTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever reads may have seen enough: `countersign config print | head`.
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  }
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    stream: async (text) => {
      if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    columns: process.stderr.isTTY ? process.stderr.columns : null,
    overwrite: (text) => void process.stderr.write(`\r${text}\u001B[K`),
    screen: process.stdout.isTTY ? { columns: process.stdout.columns, colours: process.stdout.hasColors() } : null,
    confirm: process.stdin.isTTY && process.stderr.isTTY ? confirm : null,
  };
}

async function confirm(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new AbortController();
  // Ctrl-C and Ctrl-D are no answer, and no consent.
  reader.on('close', () => ended.abort());
  try {
    return /^y(?:es)?$/i.test((await reader.question(`${question} [y/N] `, { signal: ended.signal })).trim());
  } catch {
    return false;
  } finally {
    reader.close();
  }
}
