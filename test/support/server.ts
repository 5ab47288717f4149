import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createLog } from '../../src/adapters/system/index.ts';
import { type CountersignServer, createServer, type Overrides } from '../../src/compose.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { storeUrlOf } from './mongo/store-url.ts';

/** A message as `/dev/inbox.json` shows it (design §7). */
export interface InboxMessage {
  readonly id: string;
  readonly to: string;
  readonly channel: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly code: string | null;
  readonly link: string | null;
  readonly sentAt: string;
}

/** A whole server on loopback with a store of its own, as `npm start` would run it. */
export interface TestServer {
  readonly issuer: string;
  /** Where it is reached on this machine, whatever its issuer is. */
  readonly listening: string;
  readonly config: Config;
  readonly server: CountersignServer;
  /** Everything that was logged, line by line, at the most talkative level. */
  readonly logLines: readonly string[];
  /** Where the database is; it is removed with the server. */
  readonly directory: string;
  /** Where the demo clients' callback is. Nothing listens there: a browser in a test stops at it. */
  readonly application: string;
  inbox(to: string): Promise<InboxMessage[]>;
  /** Waits until `count` messages for somebody have arrived. @returns them, newest first */
  messages(to: string, count?: number): Promise<InboxMessage[]>;
  /** The code in the newest message to somebody. @param count how many messages there must be by then */
  code(to: string, count?: number): Promise<string>;
  /** Stops the server and starts it again on the same port, with what it had stored. */
  restart(): Promise<TestServer>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  /** Environment variables on top of the ones below. */
  readonly env?: Readonly<Record<string, string>>;
  /** Content of the file that CONFIG_FILE names, for what variables cannot say: clients. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly overrides?: Overrides;
  /** Where to keep the database, to come back to it; otherwise a new directory, removed at the end. */
  readonly directory?: string;
  readonly port?: number;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const TEST_SECRET = 'q7Zb3xW9pLr2Tn6VdKs8YhGf4JmCc5AeUu0RoPiXtBw';

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'countersign-'));
  return run(options, directory, options.port ?? (await freePort()));
}

async function run(options: TestServerOptions, directory: string, port: number): Promise<TestServer> {
  const { config } = loadConfig(environmentOf(options, directory, port), { directory: ROOT });
  const logLines: string[] = [];
  const log = createLog({ level: 'debug', stream: { write: (line) => logLines.push(line) } });
  const server = await createServer(config, { log, ...options.overrides });
  await server.listen();
  const listening = `http://127.0.0.1:${port}`;
  return {
    issuer: config.issuer,
    listening,
    config,
    server,
    logLines,
    directory,
    application: `http://localhost:${port + 1}`,
    ...inboxOf(listening),
    async restart() {
      await server.close(true);
      // Clients in this process keep connections open; some rounds of the loop tell them that these have ended.
      for (let round = 0; round < 10; round += 1) await setImmediate();
      return run(options, directory, port);
    },
    async close() {
      await server.close(true);
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

const environmentOf = (options: TestServerOptions, directory: string, port: number): Record<string, string> => ({
  PORT: String(port),
  STORE_URL: storeUrlOf(directory),
  DATA_DIRECTORY: directory,
  SECRET: TEST_SECRET,
  LOG_LEVEL: 'debug',
  // A test's browsers may each come from a network of their own.
  TRUSTED_PROXIES: '127.0.0.1',
  ...settingsFile(directory, options.settings),
  ...options.env,
});

function inboxOf(listening: string): Pick<TestServer, 'inbox' | 'messages' | 'code'> {
  const inbox = async (to: string): Promise<InboxMessage[]> => {
    const response = await fetch(`${listening}/dev/inbox.json?to=${encodeURIComponent(to)}`);
    return (await response.json()) as InboxMessage[];
  };
  const messages: TestServer['messages'] = (to, count = 1) => waitFor(inbox, to, count);
  return {
    inbox,
    messages,
    async code(to, count) {
      const code = (await messages(to, count))[0]?.code;
      if (code == null) throw new Error(`the newest message to ${to} holds no code`);
      return code;
    },
  };
}

function settingsFile(directory: string, settings: TestServerOptions['settings']): Record<string, string> {
  if (settings === undefined) return {};
  const path = join(directory, 'settings.json');
  writeFileSync(path, JSON.stringify(settings));
  return { CONFIG_FILE: path };
}

const PATIENCE_MS = 5_000;

/** Delivery is in the background; its end is seen by looking, not by sleeping for a guessed time. */
async function waitFor(
  inbox: (to: string) => Promise<InboxMessage[]>,
  to: string,
  count: number,
): Promise<InboxMessage[]> {
  const started = performance.now();
  for (;;) {
    const found = await inbox(to);
    if (found.length >= count) return found;
    if (performance.now() - started > PATIENCE_MS) throw new Error(`${found.length} of ${count} messages to ${to}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A port P that is free, with P+1 for the application beside it free as well. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await bindable(0);
    if (port !== null && (await bindable(port + 1)) !== null) return port;
  }
}

const bindable = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const probe = createTcpServer();
    probe.once('error', () => resolve(null));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
