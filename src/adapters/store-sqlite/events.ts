import type { Statement } from 'better-sqlite3';
import type { AuditEvent, EventType, FieldChange } from '../../domain/event.ts';
import type { EventFilter, EventStore } from '../../ports/store/installation.ts';
import type { SqliteDatabase } from './database.ts';

interface EventRow {
  readonly id: string;
  readonly at: number;
  readonly type: EventType;
  readonly account_id: string | null;
  readonly client_id: string | null;
  readonly identifier: string | null;
  readonly network: string | null;
  readonly request_id: string | null;
  readonly reason: string | null;
  readonly actor: string | null;
  readonly object: string | null;
  /** JSON. */
  readonly changes: string | null;
}

/** Columns a list can be narrowed by, the most selective one first: it leads, the others only filter. */
const NARROWING = ['accountId', 'actor', 'clientId', 'type'] as const;
type Narrowing = (typeof NARROWING)[number];
const columnOf = { accountId: 'account_id', actor: 'actor', clientId: 'client_id', type: 'type' } as const;

/** Stands after every event. */
const END = { at: Number.MAX_SAFE_INTEGER, id: '' };

type Lists = ReadonlyMap<string, Statement<[object], EventRow>>;

export function createEventStore(database: SqliteDatabase): EventStore {
  const lists: Lists = new Map(
    subsetsOf(NARROWING).map((columns) => [columns.join(), database.prepare(listSource(columns))]),
  );
  const insert = database.prepare<EventRow>(
    `INSERT INTO events (at, id, type, account_id, client_id, identifier, network, request_id, reason, actor, object, changes)
     VALUES (@at, @id, @type, @account_id, @client_id, @identifier, @network, @request_id, @reason, @actor, @object, @changes)`,
  );
  const purge = database.prepare<{ before: number; limit: number }>(
    `DELETE FROM events WHERE (at, id) IN (SELECT at, id FROM events WHERE at < @before ORDER BY at, id LIMIT @limit)`,
  );
  return {
    append: (events) =>
      database.write(() => {
        for (const event of events) insert.run(toRow(event));
      }),
    list: (filter, limit) => database.read(() => listed(lists, filter, limit).map(toEvent)),
    purge: (before, limit) => database.write(() => purge.run({ before, limit }).changes),
  };
}

function listed(lists: Lists, filter: EventFilter, limit: number): EventRow[] {
  const columns = NARROWING.filter((name) => filter[name] !== undefined);
  const { at, id } = filter.before ?? END;
  const values = Object.fromEntries(columns.map((name) => [name, filter[name]]));
  return lists.get(columns.join())?.all({ ...values, at, id, limit }) ?? [];
}

/** A unary plus keeps the planner from walking a column that does not lead (https://www.sqlite.org/optoverview.html §2.1). */
function listSource(columns: readonly Narrowing[]): string {
  const conditions = columns.map((name, index) => `${index === 0 ? '' : '+'}${columnOf[name]} = @${name}`);
  return `SELECT * FROM events WHERE ${[...conditions, '(at, id) < (@at, @id)'].join(' AND ')}
    ORDER BY at DESC, id DESC LIMIT @limit`;
}

function subsetsOf<Item>([first, ...rest]: readonly Item[]): Item[][] {
  return first === undefined ? [[]] : subsetsOf(rest).flatMap((subset) => [subset, [first, ...subset]]);
}

const toRow = (event: AuditEvent): EventRow => ({
  id: event.id,
  at: event.at,
  type: event.type,
  account_id: event.accountId,
  client_id: event.clientId,
  identifier: event.identifier,
  network: event.network,
  request_id: event.requestId,
  reason: event.reason,
  actor: event.actor,
  object: event.object,
  changes: event.changes === null ? null : JSON.stringify(event.changes),
});

const toEvent = (row: EventRow): AuditEvent => ({
  id: row.id,
  at: row.at,
  type: row.type,
  accountId: row.account_id,
  clientId: row.client_id,
  identifier: row.identifier,
  network: row.network,
  requestId: row.request_id,
  reason: row.reason,
  actor: row.actor,
  object: row.object,
  changes: row.changes === null ? null : (JSON.parse(row.changes) as FieldChange[]),
});
