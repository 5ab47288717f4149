/** Where a command talks to: a person, or a script that reads the one stream and shows the other. */
export interface Terminal {
  /** A line of the result, to the standard output. */
  print(text: string): void;
  /** A line about the work, to the error stream: warnings, errors, what to do next. */
  note(text: string): void;
  /** Columns of the screen that the error stream is shown on; null when nobody watches. */
  readonly columns: number | null;
  /** Writes over the present line of that screen. */
  overwrite(text: string): void;
}

/** The terminal of this process. */
export function createTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever reads may have seen enough: `countersign config print | head`.
    stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  }
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    columns: process.stderr.isTTY ? process.stderr.columns : null,
    overwrite: (text) => void process.stderr.write(`\r${text}\u001B[K`),
  };
}
