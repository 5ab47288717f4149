import { resolve } from 'node:path';
import { demoClients } from './demo.ts';
import { readEnvironment, readText, type Variables } from './environment.ts';
import { merge, readFiles, resolveClientSecrets } from './files.ts';
import { listOptions, type Option } from './options.ts';
import { ConfigError, describeIssues, type Layer } from './problems.ts';
import { doubtful } from './safety.ts';
import { type Config, configSchema, type Environment } from './schema.ts';
import { keptSecret, secretFileFault } from './secret-file.ts';

export { ConfigError } from './problems.ts';

/** A configuration and what should be said about it at start. */
export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: string[];
}

/**
 * Reads the configuration: defaults, then `config/default.json`, then `config/<environment>.json`, then the file that
 * CONFIG_FILE names, then environment variables; the later ones win. In development without SECRET one is made and
 * kept in the data directory; demo clients are added while `demo` is on.
 *
 * What production refuses is not decided here: see `unsafeInProduction`.
 *
 * @param env the environment; NODE_ENV `production` makes it production, anything else is development
 * @param options.directory where `config/`, the data directory and relative file names start; the working directory
 *   when left out
 * @throws ConfigError with everything that is wrong
 */
export function loadConfig(env: Variables, options: { readonly directory?: string } = {}): LoadedConfig {
  const directory = options.directory ?? process.cwd();
  const environment: Environment = env.NODE_ENV === 'production' ? 'production' : 'development';
  const known = listOptions(environment);
  const problems: string[] = [];
  const files = readFiles(env, environment, directory, problems);
  const reading = readEnvironment(env, known, directory, environment === 'production');
  problems.push(...reading.problems);
  const config = check([...files, reading.layer], environment, known, problems, (clients) =>
    resolveClientSecrets(clients, env, directory, problems),
  );
  const warnings = [...reading.warnings, ...doubtful(config)];
  return { config: withDemo(withSecret(config, directory, warnings)), warnings };
}

/** Merges the layers and holds them against the schema; every problem found until then is thrown together. */
function check(
  layers: readonly Layer[],
  environment: Environment,
  known: readonly Option[],
  problems: string[],
  resolveSecrets: (clients: unknown) => unknown,
): Config {
  const merged = layers.reduce<unknown>((weak, layer) => merge(weak, layer.values), {}) as Record<string, unknown>;
  if (merged.clients !== undefined) merged.clients = resolveSecrets(merged.clients);
  const checked = configSchema(environment).safeParse(merged);
  if (!checked.success) problems.push(...describeIssues(checked.error.issues, known, layers));
  if (problems.length > 0 || !checked.success) throw new ConfigError(problems);
  return checked.data;
}

function withSecret(config: Config, directory: string, warnings: string[]): Config {
  if (config.environment === 'production' || config.secret.length > 0) return config;
  const path = resolve(directory, config.dataDirectory, 'secret');
  try {
    const secret = keptSecret(path);
    const fault = secretFileFault(path);
    if (fault !== null) warnings.push(fault);
    return { ...config, secret: [secret] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new ConfigError([`secret (SECRET): none is set and none could be kept in ${path}: ${reason}`]);
  }
}

/** A client that is declared under the same id stands instead of the demo one. */
function withDemo(config: Config): Config {
  if (!config.demo) return config;
  const taken = new Set(config.clients.map(({ id }) => id));
  return { ...config, clients: [...config.clients, ...demoClients(config.port).filter(({ id }) => !taken.has(id))] };
}

/** The configuration of this process. The only place that reads `process.env`. */
export const loadFromProcess = (): LoadedConfig => loadConfig(process.env);

/** A server elsewhere whose Admin API the command line is to speak to. */
export interface RemoteServer {
  readonly url: string | null;
  readonly key: string | null;
}

/**
 * `ADMIN_URL` and `ADMIN_API_KEY` of this process, each also as `…_FILE`. Nothing else of the configuration has to be right
 * where somebody administers a server elsewhere.
 *
 * @throws ConfigError when a file cannot be read
 */
export function remoteFromProcess(): RemoteServer {
  const problems: string[] = [];
  const [url, key] = ['ADMIN_URL', 'ADMIN_API_KEY'].map((name) => readText(name, process.env, process.cwd(), problems));
  if (problems.length > 0) throw new ConfigError(problems);
  return { url: url ?? null, key: key ?? null };
}
