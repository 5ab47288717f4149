import { randomBytes } from 'node:crypto';
import { constants, copyFileSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Orchestrators mount secrets here, readable by all users of a container that has only one (Docker: mode 0444). */
const MOUNTED = /^\/(?:var\/)?run\/secrets\//;

/**
 * What is wrong with the permissions of a file that holds secrets, or null. Nobody but its owner may
 * write it; everybody may read it only where an orchestrator mounted it.
 *
 * @param path absolute
 * @throws when the file cannot be examined
 */
export function secretFileFault(path: string): string | null {
  // Windows has no such mode bits; Node reports 0666 for every file.
  if (process.platform === 'win32') return null;
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o022) !== 0) return `${path} can be written by others (mode ${mode.toString(8)}); use chmod 600`;
  if ((mode & 0o004) !== 0 && !MOUNTED.test(path)) {
    return `${path} can be read by everybody (mode ${mode.toString(8)}); use chmod 600`;
  }
  return null;
}

/**
 * The secret of a development installation: made once (256 bits), then kept over restarts. Processes that start
 * together agree on one: it is written aside and then linked, which fails when the name is taken and never shows a
 * file that is half written.
 *
 * @param path absolute; its directory is created with mode 0700, the file has 0600
 * @throws when the file can neither be created nor read, or is empty
 */
export function keptSecret(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = randomBytes(32).toString('base64url');
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(aside, `${fresh}\n`, { mode: 0o600, flag: 'wx' });
  try {
    place(aside, path);
    return fresh;
  } catch (error) {
    if (!isTaken(error)) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  const kept = readFileSync(path, 'utf8').trim();
  if (kept === '') throw new Error(`${path} is empty; delete it to have a new secret made`);
  return kept;
}

/** Fails when `path` exists. File systems without hard links get a copy, which is exclusive as well. */
function place(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    if (isTaken(error)) throw error;
    copyFileSync(aside, path, constants.COPYFILE_EXCL);
  }
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';
