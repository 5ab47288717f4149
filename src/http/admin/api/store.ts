import { Readable } from 'node:stream';
import type { StoreBackup } from '../../../services/upkeep/store-backup.ts';
import { type AdminOperation, adminOperation } from './operation.ts';

/** What concerns the store as a whole. */
export const storeOperations = (deps: { readonly storeBackup: StoreBackup }): AdminOperation[] => [backupStore(deps)];

/** Streamed: a store may be larger than memory. */
function backupStore({ storeBackup }: { readonly storeBackup: StoreBackup }): AdminOperation {
  const described = adminOperation({
    id: 'backupStore',
    group: 'Store',
    method: 'post',
    path: '/store/backup',
    summary: 'Back up the store',
    description:
      'An SQLite file as it is at one moment, made while people sign in, as `application/vnd.sqlite3`. A server starts ' +
      'from it with the same `SECRET`. It holds all addresses and numbers: keep it like the store itself. MongoDB is ' +
      'backed up by its own tools.',
    scope: 'write',
    body: null,
    success: { status: 200, description: 'The file', schema: null },
    failures: {
      409: 'This store is MongoDB',
      429: 'Another backup is being made, or there were too many wrong keys; see `Retry-After`',
    },
    examples: [{ summary: 'All of it', body: null, answer: null }],
    handle: async () => null,
  });
  return {
    ...described,
    async run(ctx, actor) {
      const { bytes, content } = await storeBackup.make(actor);
      ctx.type = 'application/vnd.sqlite3';
      ctx.set('content-disposition', 'attachment; filename="countersign.db"');
      ctx.length = bytes;
      return streamOf(content);
    },
  };
}

/** A stream as it is: it ends with whoever goes away, while the iterator of one that nobody has read from keeps it open. */
const streamOf = (content: AsyncIterable<Uint8Array>): Readable =>
  content instanceof Readable ? content : Readable.from(content, { objectMode: false });
