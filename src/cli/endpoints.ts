import { readFileSync } from 'node:fs';
import { reasonOf } from '../config/environment.ts';
import { type OptionValues, UsageError } from './command.ts';

/** Two stores that are not the same, as URLs with their credentials. */
export interface Endpoints {
  readonly from: string;
  readonly to: string;
}

const COMMAND = 'store copy';

/**
 * The stores that `--from` and `--to` name, or the files that `--from-file` and `--to-file` name.
 * @throws UsageError when one is missing, named twice, cannot be read, or both are the same
 */
export function readEndpoints(values: OptionValues): Endpoints {
  const [from, to] = [read(values, 'from'), read(values, 'to')];
  if (from === to) throw new UsageError('--from and --to name the same store', COMMAND);
  return { from, to };
}

function read(values: OptionValues, name: 'from' | 'to'): string {
  const [url, file] = [values[name], values[`${name}-file`]];
  if (typeof url === 'string' && typeof file === 'string') {
    throw new UsageError(`--${name} and --${name}-file exclude each other`, COMMAND);
  }
  if (typeof url === 'string' && url.trim() !== '') return url.trim();
  if (typeof file !== 'string') throw new UsageError(`--${name} is missing`, COMMAND);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--${name}-file: cannot read ${file}: ${reasonOf(error)}`, COMMAND);
  }
}
