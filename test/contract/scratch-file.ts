import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A database file that nobody has made yet, in a folder of its own. */
export interface ScratchFile {
  readonly path: string;
  /** Deletes the folder and all that is in it. */
  remove(): void;
}

export function scratchFile(): ScratchFile {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-store-'));
  return { path: join(folder, 'countersign.db'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
