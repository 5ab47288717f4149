/**
 * The whole journey on a terminal, without a browser: sign-in by code, tokens, userinfo, introspection, refresh, logout.
 *
 *   npm run demo -- [--issuer URL] [--json]
 *
 * Signs in at the given issuer, else at a development server on http://localhost:3000 if there is one, else at a server
 * of its own that is gone afterwards. The exit code is 0 when every step went well.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from '../src/compose.ts';
import { loadConfig } from '../src/config/load.ts';
import { freePort } from '../test/bench/free-port.ts';
import { type DemoServer, walkThrough } from './demo/journey.ts';
import { createScreen } from './demo/screen.ts';

const USUAL = 'http://localhost:3000';
const LOOK_MS = 1_500;

const { values } = parseArgs({ options: { issuer: { type: 'string' }, json: { type: 'boolean', default: false } } });
const wanted = values.issuer ?? process.env.ISSUER;

interface Opened extends DemoServer {
  close(): Promise<void>;
}

async function answersDiscovery(issuer: string): Promise<boolean> {
  try {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    return (await fetch(address, { signal: AbortSignal.timeout(LOOK_MS) })).ok;
  } catch {
    return false;
  }
}

/** The demo application is the server's neighbour. */
function running(issuer: string): Opened {
  const url = new URL(issuer);
  return { issuer: url, application: `http://localhost:${Number(url.port) + 1}`, close: async () => {} };
}

async function startOwn(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const port = await freePort();
    const { config } = loadConfig({
      PORT: String(port),
      DATA_DIRECTORY: folder,
      STORE_URL: `sqlite:${join(folder, 'countersign.db')}`,
      LOG_LEVEL: 'silent',
    });
    const server = await createServer(config);
    const close = (): Promise<void> => server.close().finally(remove);
    await server.listen().catch((error: unknown) => close().then(() => Promise.reject(error)));
    return { issuer: new URL(config.issuer), application: `http://localhost:${port + 1}`, close };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function openServer(): Promise<Opened> {
  if (wanted === undefined) return (await answersDiscovery(USUAL)) ? running(USUAL) : startOwn();
  if (!(await answersDiscovery(wanted))) throw new Error(`nothing answers discovery at ${wanted}`);
  return running(wanted);
}

// A reader that has left (`| head`) is no reason to leave a server and its folder behind.
process.stdout.on('error', () => {});
const coloured = process.stdout.isTTY && process.env.NO_COLOR === undefined;
const screen = createScreen((text) => void (values.json || process.stdout.write(text)), coloured);

async function main(): Promise<void> {
  const server = await screen.step('server', openServer, ({ issuer }) => issuer.origin);
  try {
    const result = await walkThrough(server, screen);
    screen.json('ID token', result.idToken);
    screen.json('Userinfo', result.userinfo);
    screen.json('Introspection of the access token', result.introspection);
    if (values.json) print({ ok: true, issuer: server.issuer.origin, steps: screen.steps, ...result });
  } finally {
    await server.close();
  }
}

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

await main().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  if (values.json) print({ ok: false, error: reason, steps: screen.steps });
  else process.stderr.write(`\n${reason}\n`);
  process.exitCode = 1;
});
