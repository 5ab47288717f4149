import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of its own that holds a store open and does what it is told, a line at a time. */
export interface StoreProcess {
  readonly pid: number;
  /** Sends a line. */
  tell(line: string): void;
  /** The next line it says; null once it has ended. */
  nextLine(): Promise<string | null>;
  /** SIGKILL: no handler runs, nothing is flushed. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves with its exit code. */
  ended(): Promise<number | null>;
}

/** Starts a process that opens the file; its first line says whether it could (see children/hold-store.ts). */
export function startStoreProcess(path: string): StoreProcess {
  const script = fileURLToPath(new URL('./children/hold-store.ts', import.meta.url));
  const child = spawn(process.execPath, [script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = async (): Promise<number | null> => {
    await exit;
    return child.exitCode;
  };
  return {
    pid: pidOf(child),
    tell: (line) => void child.stdin.write(`${line}\n`),
    nextLine: async () => {
      const next = await lines.next();
      return next.done === true ? null : next.value;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
    ended,
  };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process did not start');
  return child.pid;
}
