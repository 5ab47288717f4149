/** Types of `prepare.mjs`, which has to stay plain JavaScript. */

export class Unprepared extends Error {}

/** `without-dev`: as `npm ci --omit=dev` leaves it. */
export type InstalledModules = 'missing' | 'foreign' | 'matching' | 'without-dev';

export interface Facts {
  readonly production: boolean;
  /** Whether the Node that runs now is new enough for the server. */
  readonly runnable: boolean;
  /** Whether the pinned Node is there. */
  readonly binary: boolean;
  /** Whether an earlier run finished for this very lock file, and on which Node things run since. */
  readonly stamped: false | 'pinned' | 'machine';
  readonly modules: InstalledModules;
}

export type Action = 'nothing' | 'stamp' | 'binary' | 'install' | 'refuse-modules' | 'refuse-node';

interface LockFile {
  readonly packages?: Readonly<Record<string, { version?: string; dev?: boolean; optional?: boolean }>>;
}

interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
}

export function canRun(version: string): boolean;
export function compareInstalled(wanted: LockFile, installed: LockFile): InstalledModules;
export function decide(facts: Facts): Action;
export function observe(root: string, machine: Machine): { stamp: string; stampPath: string; facts: Facts };
export function npmCommand(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  execPath: string,
  platform: string,
): { command: string; args: string[]; shell: boolean };
export function explain(what: string, output: string): string;
export function prepare(root: string): Promise<void>;
