import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { duplexPair } from 'node:stream';
import { createClock, createRandom } from '../../adapters/system/index.ts';
import { type Administration, openAdministration } from '../../compose/administration.ts';
import { reasonOf } from '../../config/environment.ts';
import { loadFromProcess, remoteFromProcess } from '../../config/load.ts';
import { ConfigError } from '../../config/problems.ts';
import type { Config } from '../../config/schema.ts';
import { StoreInUseError } from '../../ports/store-in-use.ts';
import { createOperatorTokens } from '../../services/administration/operator-tokens.ts';
import { createVault } from '../../services/vault.ts';
import { type CommandOption, type OptionValues, UsageError } from '../command.ts';
import { maskUrls } from '../masking.ts';
import { storeLog } from '../store-log.ts';
import type { Terminal } from '../terminal.ts';
import type { Connect } from './wire.ts';

/** A way to an Admin API. */
export interface Transport {
  /** How it goes, for messages: `the server at http://127.0.0.1:3000, by an operator token made of SECRET`. */
  readonly way: string;
  /** What may be wrong when nobody answers there, or nobody is let in; null when the message says it all. */
  readonly advice: string | null;
  /** Where people reach the server, without a slash at the end. */
  readonly issuer: string;
  /** Where `/admin/api` is below. */
  readonly base: URL;
  /** Nobody else has the store while this is open: nothing happens in it by itself. */
  readonly alone: boolean;
  /** Null for the network. */
  readonly connect: Connect | null;
  /** What a request shows. */
  authorization(method: string, path: string): string;
  /** Ends what was opened for it. */
  close(): Promise<void>;
}

/** Options of every command that speaks to the Admin API. */
export const SERVER_OPTIONS: Readonly<Record<string, CommandOption>> = {
  url: { value: 'URL', description: 'a server elsewhere, by a key of its Admin API; otherwise ADMIN_URL, or this one' },
  'key-file': { value: 'FILE', description: 'a file with that key; otherwise ADMIN_API_KEY' },
};

/**
 * The Admin API that a command means: of a server elsewhere where one is named, otherwise that of the store of this
 * configuration, in this process, or by the server that holds the store.
 *
 * @throws UsageError, ConfigError; Error with a message for the operator when there is no way
 */
export async function openTransport(values: OptionValues, terminal: Terminal, command: string): Promise<Transport> {
  const remote = remoteFromProcess();
  const url = typeof values.url === 'string' ? values.url : remote.url;
  if (url !== null) return toElsewhere(url, keyOf(values, command) ?? remote.key, command);
  if (values['key-file'] !== undefined) throw new UsageError('--key-file goes with --url or ADMIN_URL', command);
  const { config } = loadFromProcess();
  if (config.secret.length === 0) throw new ConfigError(['SECRET is not set; it has to be that of the servers']);
  try {
    return toStore(config, await openAdministration(config, { log: storeLog(terminal) }), terminal);
  } catch (error) {
    if (!(error instanceof StoreInUseError)) throw error;
    return toServer(config);
  }
}

function keyOf(values: OptionValues, command: string): string | null {
  const file = values['key-file'];
  if (typeof file !== 'string') return null;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--key-file: cannot read ${file}: ${reasonOf(error)}`, command);
  }
}

function toElsewhere(url: string, key: string | null, command: string): Transport {
  const base = URL.parse(url);
  if (base === null || !/^https?:$/.test(base.protocol) || base.username !== '' || base.password !== '') {
    throw new UsageError('the URL of a server begins with https:// or http:// and has no user in it', command);
  }
  if (key === null || !/^[\w.~+/-]+=*$/.test(key)) {
    throw new UsageError('a server elsewhere needs a key: ADMIN_API_KEY, ADMIN_API_KEY_FILE or --key-file', command);
  }
  return {
    way: `${maskUrls(base.origin)}, by a key of the Admin API`,
    advice: null,
    issuer: base.href.replace(/\/$/, ''),
    base,
    alone: false,
    connect: null,
    authorization: () => `Bearer ${key}`,
    close: async () => undefined,
  };
}

const toStore = (config: Config, administration: Administration, terminal: Terminal): Transport => ({
  way: `${maskUrls(config.store.url)} in this process`,
  advice: null,
  issuer: config.issuer,
  base: new URL('http://localhost'),
  alone: config.store.url.startsWith('sqlite:'),
  connect() {
    const [ours, theirs] = duplexPair();
    administration.attend(Object.assign(theirs, { remoteAddress: '127.0.0.1' }));
    return ours;
  },
  authorization: operator(config),
  async close() {
    const { messages, untold } = await administration.close();
    if (messages > 0)
      terminal.note('Somebody is to be told of this by mail or text message: the next server that runs does it.');
    if (untold > 0)
      terminal.note(`${untold} applications could not be told that sessions have ended; the sessions are dead.`);
  },
});

/** The listener speaks plain HTTP, whatever stands before it; the issuer is that of its configuration. */
function toServer(config: Config): Transport {
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[config.host] ?? config.host;
  const base = new URL(`http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${config.port}`);
  return {
    way: `the server at ${base.origin}, which holds the store, by an operator token made of SECRET`,
    advice: 'HOST, PORT, ISSUER and SECRET have to be those of that server',
    issuer: config.issuer,
    base,
    alone: false,
    connect: null,
    authorization: operator(config),
    close: async () => undefined,
  };
}

function operator({ secret, issuer }: Config): Transport['authorization'] {
  const random = createRandom();
  const tokens = createOperatorTokens({ issuer, vault: createVault(secret, random), clock: createClock(), random });
  const user = userName();
  return (method, path) => `Bearer ${tokens.issue(user, { method, path })}`;
}

/** Whoever runs the command; a container may run as a number that nobody has a name for. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
