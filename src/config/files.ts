import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reasonOf, type Variables } from './environment.ts';
import type { Layer } from './problems.ts';
import type { Environment } from './schema.ts';

type Values = Record<string, unknown>;

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parser's own message quotes the file, which may hold secrets; only the place is passed on. */
const placeOf = (error: unknown): string =>
  error instanceof Error ? (/line \d+ column \d+/.exec(error.message)?.[0] ?? 'its end or start') : '';

function readLayer(directory: string, name: string, problems: string[]): Layer | null {
  let text: string;
  try {
    text = readFileSync(resolve(directory, name), 'utf8');
  } catch (error) {
    problems.push(`${name}: cannot be read: ${reasonOf(error)}`);
    return null;
  }
  try {
    const values: unknown = JSON.parse(text);
    if (!isObject(values)) throw new SyntaxError('not an object');
    // Editors find the schema by it.
    const { $schema: _schema, ...rest } = values;
    return { source: name, values: rest };
  } catch (error) {
    problems.push(`${name}: expected a JSON object; look at ${placeOf(error)}`);
    return null;
  }
}

/**
 * The configuration files, weakest first: `config/default.json`, `config/<environment>.json`, and the file that
 * CONFIG_FILE names. Only the last one has to exist.
 */
export function readFiles(env: Variables, environment: Environment, directory: string, problems: string[]): Layer[] {
  const names = ['config/default.json', `config/${environment}.json`].filter((name) =>
    existsSync(resolve(directory, name)),
  );
  const extra = env.CONFIG_FILE?.trim();
  if (extra !== undefined && extra !== '') names.push(extra);
  return names.map((name) => readLayer(directory, name, problems)).filter((layer) => layer !== null);
}

/** Objects are merged key by key; everything else, lists included, is replaced by the stronger one. */
export function merge(weak: unknown, strong: unknown): unknown {
  if (!isObject(weak) || !isObject(strong)) return strong;
  const entries = Object.entries(strong).map(([key, value]) => [
    key,
    Object.hasOwn(weak, key) ? merge(weak[key], value) : value,
  ]);
  return { ...weak, ...Object.fromEntries(entries) };
}

/** Puts plain secrets in the place of `secretFile` and `${env:NAME}` in declared clients. */
export function resolveClientSecrets(clients: unknown, env: Variables, directory: string, problems: string[]): unknown {
  if (!Array.isArray(clients)) return clients;
  return clients.map((client: unknown, index) => {
    if (!isObject(client)) return client;
    try {
      return resolveSecret(client, env, directory);
    } catch (error) {
      problems.push(`clients[${index}]: ${error instanceof Error ? error.message : 'its secret cannot be found'}`);
      // A stand-in, so that the same client is not also reported as one without a secret.
      return { ...client, secret: 'unresolved' };
    }
  });
}

function resolveSecret(client: Values, env: Variables, directory: string): Values {
  if (typeof client.secretFile === 'string') {
    if (client.secret !== undefined) throw new Error('has both secret and secretFile');
    return { ...client, secret: contentOf(client.secretFile, directory) };
  }
  const name = typeof client.secret === 'string' ? /^\$\{env:(\w+)\}$/.exec(client.secret)?.[1] : undefined;
  if (name === undefined) return client;
  const secret = env[name]?.trim();
  if (secret === undefined || secret === '') throw new Error(`secret: the environment variable ${name} is not set`);
  return { ...client, secret };
}

function contentOf(file: string, directory: string): string {
  try {
    return readFileSync(resolve(directory, file), 'utf8').trim();
  } catch (error) {
    throw new Error(`secretFile: cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
}
