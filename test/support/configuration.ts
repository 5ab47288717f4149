import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type LoadedConfig, loadConfig } from '../../src/config/load.ts';

/** Secrets as production wants them. */
export const STRONG = 'rB7vW1mKq0yXhD3uZs9TnLc5EfJgPa8oYtQi2VbNwMk';
export const OTHER = 'uZs9TnLc5EfJgPa8oYtQi2VbNwMkrB7vW1mKq0yXhD3';

type Variables = Record<string, string | undefined>;

/** A directory of its own for each test, with an empty `config/` in it, and the loader at work there. */
export interface ConfigurationDirectory {
  path(...parts: string[]): string;
  /** Writes a file; anything but text as JSON. */
  file(name: string, content: unknown): void;
  /** Loads with a strong SECRET unless the variables say otherwise. */
  load(env?: Variables): LoadedConfig;
  /** What loading complains about; empty when it succeeds. */
  problems(env?: Variables): string[];
}

export function useConfigurationDirectory(): ConfigurationDirectory {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'config-'));
    mkdirSync(join(directory, 'config'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const load = (env: Variables = {}): LoadedConfig => loadConfig({ SECRET: STRONG, ...env }, { directory });
  return {
    path: (...parts) => join(directory, ...parts),
    file: (name, content) =>
      writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content)),
    load,
    problems(env) {
      try {
        load(env);
        return [];
      } catch (error) {
        if (error instanceof ConfigError) return error.problems;
        throw error;
      }
    },
  };
}
