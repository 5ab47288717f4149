import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort, TEST_SECRET } from '../support/server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What one child has compiled, the next need not: they start in half the time. */
const COMPILED = join(tmpdir(), 'countersign-compiled');

export interface ChildOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly port?: number;
  /** What is run instead of the server: a file and its arguments. */
  readonly program?: readonly string[];
  /** Kilobytes a file of this process may have at first; a full disk that no root is needed for. */
  readonly fileSizeLimit?: number;
}

/** The program in a process of its own, as `npm start` runs it. */
export interface ChildServer {
  readonly issuer: string;
  readonly port: number;
  readonly pid: number;
  /** Everything it wrote so far, on both streams. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it has ended, with its exit code; null when a signal ended it. */
  ended(): Promise<number | null>;
}

/** Processes that end with the test that started them, and a directory for what they store. */
export interface Children {
  directory(): string;
  /** Starts the program and does not wait for anything. */
  spawnServer(options: ChildOptions): Promise<ChildServer>;
  /** Starts the program and waits until it is ready. @throws Error with what it said when it ends instead */
  startServer(options: ChildOptions): Promise<ChildServer>;
}

export function useChildren(): Children {
  let directory = '';
  let children: ChildServer[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'faults-'));
  });
  afterEach(async () => {
    for (const child of children) child.signal('SIGKILL');
    await Promise.all(children.map((child) => child.ended()));
    children = [];
    rmSync(directory, { recursive: true, force: true });
  });
  const spawnServer = async (options: ChildOptions): Promise<ChildServer> => {
    const child = spawnChild(options, options.port ?? (await freePort()));
    children.push(child);
    return child;
  };
  return {
    directory: () => directory,
    spawnServer,
    startServer: async (options) => untilReady(await spawnServer(options)),
  };
}

function spawnChild({ env, fileSizeLimit, program }: ChildOptions, port: number): ChildServer {
  const child = spawn(...commandOf(fileSizeLimit, program), {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: COMPILED, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = once(child, 'close');
  return {
    issuer: `http://localhost:${port}`,
    port,
    pid: pidOf(child),
    output: () => Buffer.concat(chunks).toString('utf8'),
    signal: (signal) => void child.kill(signal),
    ended: async () => {
      await closed;
      return child.exitCode;
    },
  };
}

async function untilReady(child: ChildServer): Promise<ChildServer> {
  let over = false;
  void child.ended().then(() => {
    over = true;
  });
  while ((await readiness(child)) !== 200) {
    if (over) throw new Error(`the server did not start: ${child.output()}`);
    await delay(20);
  }
  return child;
}

/** What `/health/ready` answers; 0 when nobody listens. */
export const readiness = ({ port }: ChildServer): Promise<number> =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ status }) => status,
    () => 0,
  );

function commandOf(fileSizeLimit: number | undefined, given: readonly string[] = ['src/main.ts']): [string, string[]] {
  const program = [process.execPath, ...given];
  if (fileSizeLimit === undefined) return [process.execPath, [...given]];
  // Only the soft limit, so that it can be lifted again; writes beyond it fail, because Node ignores SIGXFSZ.
  return ['bash', ['-c', `ulimit -S -f ${fileSizeLimit} && exec "$@"`, 'bash', ...program]];
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('the process did not start');
  return pid;
}

/** What a server of these tests is started with besides its own things. */
export const environmentIn = (directory: string): Record<string, string> => ({
  STORE_URL: `sqlite:${directory}/countersign.db`,
  DATA_DIRECTORY: directory,
  SECRET: TEST_SECRET,
  DEMO: 'false',
  CLIENTS: JSON.stringify([CLIENT]),
  TRUSTED_PROXIES: '127.0.0.1',
  LOG_LEVEL: 'warn',
});

/** The one application there is. */
export const CLIENT = {
  id: 'app',
  secret: 'app-secret',
  firstParty: true,
  keepSignedIn: true,
  redirectUris: ['http://localhost:1/callback'],
};
