import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MACHINE_CLIENT, REST_CLIENT, WEB_CLIENT } from './clients.ts';
import { freePort } from './free-port.ts';
import { startServerProcess } from './server-process.ts';
import { type Subject, startSubject } from './subject.ts';

/** A folder of one measured server; the store is on the disk the operating system keeps temporary files on. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

const storeFile = (folder: string): string => join(folder, 'countersign.db');

/** All load comes from one address: budgets are counted as ever, their limits are out of reach. */
const OUT_OF_REACH = 1_000_000_000;
const rules = (...windows: number[]): string =>
  JSON.stringify(windows.map((windowSeconds) => ({ limit: OUT_OF_REACH, windowSeconds })));

/**
 * The environment of a measured Countersign: defaults, except for the budgets' limits (as many rules as ever) and three
 * declared clients.
 */
export function environmentOf(folder: string, port: number, more: Readonly<Record<string, string>> = {}) {
  return {
    PORT: String(port),
    HOST: '127.0.0.1',
    ISSUER: `http://127.0.0.1:${port}`,
    DEMO: 'false',
    CLIENTS: JSON.stringify(declaredClients),
    SECRET: randomBytes(32).toString('base64url'),
    DATA_DIRECTORY: folder,
    STORE_URL: `sqlite:${storeFile(folder)}`,
    BUDGETS_SENDS_PER_IDENTIFIER: rules(600, 86_400),
    BUDGETS_SENDS_PER_NETWORK: rules(3600),
    BUDGETS_SENDS_PER_CLIENT: rules(60, 86_400),
    BUDGETS_INTERACTIONS_PER_NETWORK: rules(60),
    BUDGETS_REQUESTS_PER_NETWORK: rules(60),
    ...more,
  };
}

const declaredClients = [
  {
    id: WEB_CLIENT.id,
    name: 'Demo',
    type: 'web',
    secret: WEB_CLIENT.secret,
    redirectUris: [WEB_CLIENT.redirectUri],
    firstParty: true,
    keepSignedIn: true,
  },
  {
    id: MACHINE_CLIENT.id,
    name: 'Demo backend',
    type: 'machine',
    secret: MACHINE_CLIENT.secret,
    scopes: ['email'],
  },
  {
    id: REST_CLIENT.id,
    name: 'Demo shop',
    type: 'web',
    secret: REST_CLIENT.secret,
    redirectUris: [WEB_CLIENT.redirectUri],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    firstParty: true,
    pkceRequired: false,
    permissions: ['auth:execute'],
    accessTokenFormat: 'jwt',
  },
];

/**
 * Starts a Countersign in a process of its own, on a store in a new folder that goes when it is closed.
 *
 * @param population how many people sign in, again and again
 * @param prepare fills the store before the server opens it
 */
export async function startCountersign(
  name: string,
  population: number,
  connections: number,
  options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly prepare?: (storePath: string) => Promise<void>;
    /** Folder for a CPU profile of the server; it slows the server down. */
    readonly profile?: string | undefined;
  } = {},
): Promise<Subject> {
  const folder = await temporaryFolder();
  try {
    await options.prepare?.(storeFile(folder.path));
    const environment = environmentOf(folder.path, await freePort(), options.environment);
    const logFile = join(folder.path, 'server.log');
    const nodeOptions = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
    const subject = await startSubject(name, population, connections, () =>
      startServerProcess('countersign-server.ts', environment, { logFile, nodeOptions }),
    );
    return { ...subject, close: () => subject.close().finally(folder.remove) };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
