import type { Client } from '../../domain/client.ts';
import { clientNeedle, searchable } from '../../domain/client-search.ts';
import type { ClientStore } from '../../ports/store/records.ts';
import type { SqliteDatabase } from './database.ts';

/** The version stands beside the document because it is what a write is conditional on. */
interface ClientRow {
  readonly id: string;
  readonly version: number;
  readonly document: string;
  readonly needle: string;
}

export function createClientStore(database: SqliteDatabase): ClientStore {
  const find = database.prepare<{ id: string }, ClientRow>('SELECT * FROM clients WHERE id = @id');
  const list = database.prepare<{ after: string; limit: number }, ClientRow>(
    'SELECT * FROM clients WHERE id > @after ORDER BY id LIMIT @limit',
  );
  // From an index of nothing else: documents of clients that do not match are not even read.
  const search = database.prepare<{ after: string; text: string; limit: number }, ClientRow>(
    `SELECT * FROM clients WHERE id IN (
       SELECT id FROM clients INDEXED BY clients_needle WHERE id > @after AND instr(needle, @text) > 0 ORDER BY id LIMIT @limit
     ) ORDER BY id`,
  );
  const create = database.prepare<ClientRow>(
    `INSERT INTO clients (id, version, document, needle) VALUES (@id, @version, @document, @needle) ON CONFLICT (id) DO NOTHING`,
  );
  const update = database.prepare<ClientRow, ClientRow>(
    `UPDATE clients SET document = @document, needle = @needle, version = version + 1 WHERE id = @id AND version = @version RETURNING *`,
  );
  const remove = database.prepare<{ id: string }>('DELETE FROM clients WHERE id = @id');
  return {
    find: (id) => database.read(() => decoded(find.get({ id }))),
    list: (after, limit) => database.read(() => list.all({ after: after ?? '', limit }).map(toClient)),
    search: (text, after, limit) =>
      database.read(() => search.all({ text: searchable(text), after: after ?? '', limit }).map(toClient)),
    create: (client) => database.write(() => create.run(toRow(client)).changes === 1),
    update: (client) => database.write(() => decoded(update.get(toRow(client)))),
    remove: (id) => database.write(() => remove.run({ id }).changes === 1),
  };
}

const toRow = (client: Client): ClientRow => ({
  id: client.id,
  version: client.version,
  document: JSON.stringify(client),
  needle: clientNeedle(client),
});

const toClient = (row: ClientRow): Client => ({ ...(JSON.parse(row.document) as Client), version: row.version });

const decoded = (row: ClientRow | undefined): Client | null => (row === undefined ? null : toClient(row));
