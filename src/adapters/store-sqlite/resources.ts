import type { Resource } from '../../domain/resource.ts';
import type { ResourceStore } from '../../ports/store/resources.ts';
import type { SqliteDatabase } from './database.ts';

/** The version stands beside the document because it is what a write is conditional on. */
interface ResourceRow {
  readonly id: string;
  readonly version: number;
  readonly document: string;
}

export function createResourceStore(database: SqliteDatabase): ResourceStore {
  const find = database.prepare<{ id: string }, ResourceRow>('SELECT * FROM resources WHERE id = @id');
  const list = database.prepare<{ after: string; limit: number }, ResourceRow>(
    'SELECT * FROM resources WHERE id > @after ORDER BY id LIMIT @limit',
  );
  const create = database.prepare<ResourceRow>(
    'INSERT INTO resources (id, version, document) VALUES (@id, @version, @document) ON CONFLICT (id) DO NOTHING',
  );
  const update = database.prepare<ResourceRow, ResourceRow>(
    'UPDATE resources SET document = @document, version = version + 1 WHERE id = @id AND version = @version RETURNING *',
  );
  const remove = database.prepare<{ id: string }>('DELETE FROM resources WHERE id = @id');
  return {
    find: (id) => database.read(() => decoded(find.get({ id }))),
    list: (after, limit) => database.read(() => list.all({ after: after ?? '', limit }).map(toResource)),
    create: (resource) => database.write(() => create.run(toRow(resource)).changes === 1),
    update: (resource) => database.write(() => decoded(update.get(toRow(resource)))),
    remove: (id) => database.write(() => remove.run({ id }).changes === 1),
  };
}

const toRow = (resource: Resource): ResourceRow => ({
  id: resource.id,
  version: resource.version,
  document: JSON.stringify(resource),
});

const toResource = (row: ResourceRow): Resource => ({
  ...(JSON.parse(row.document) as Resource),
  version: row.version,
});

const decoded = (row: ResourceRow | undefined): Resource | null => (row === undefined ? null : toResource(row));
