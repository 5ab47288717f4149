import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, UsageError } from '../command.ts';
import { adminCommand, textIn } from './command.ts';

const NAME = 'store backup';

const backup = adminCommand({
  name: NAME,
  summary: 'Copies the SQLite file while people sign in',
  details: [
    'Whether a server runs or not: one that holds the file is asked for the copy. FILE is written for this user only; it must not be there yet, and has its name only when it is whole.',
    'To restore: stop the server, and start it with STORE_URL=sqlite:FILE and the same SECRET. What happened since is gone; tokens that were revoked since are good again until they expire, so end sign-ins where that matters.',
    'FILE holds what the store holds: addresses, numbers, the audit trail. Keep it like the store itself, and SECRET somewhere else.',
    'MongoDB is refused: mongodump --oplog is made for it.',
  ],
  options: { to: { value: 'FILE', description: 'the file that is made' } },
  examples: ['countersign store backup --to /backup/countersign-$(date +%F).db'],
  async work({ admin, values, show }) {
    const given = textIn(values, 'to');
    if (given === undefined || given === '') throw new UsageError('--to is missing', NAME);
    const file = resolve(given);
    if (existsSync(file)) throw new UsageError(`--to: ${file} is there already`, NAME);
    const bytes = await saved(file, admin.bytes('POST', '/store/backup'));
    show({ file, bytes }, () => `${file}: ${bytes} bytes. A server starts from it with the same SECRET.`);
    return undefined;
  },
});

/** Writes a file that has its name only when it is whole and on disk. @returns how many bytes it has */
async function saved(file: string, content: AsyncIterable<Uint8Array>): Promise<number> {
  const part = `${file}.part`;
  const target = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await pipeline(Readable.from(content, { objectMode: false }), target);
    renameSync(part, file);
  } catch (error) {
    // What another command is just writing is left to it.
    if (!target.pending) rmSync(part, { force: true });
    throw error;
  }
  return target.bytesWritten;
}

/** What concerns the store, by the Admin API. */
export const storeAdminCommands: readonly Command[] = [backup];
