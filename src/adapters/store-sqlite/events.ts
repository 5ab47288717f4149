import type { Statement } from 'better-sqlite3';
import type { AuditEvent, EventType, FieldChange } from '../../domain/event.ts';
import type { EventConditions, EventPosition, EventStore } from '../../ports/store/events.ts';
import type { SqliteDatabase } from './database.ts';
import { createTallies } from './tallies.ts';

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

/** Columns a list can be narrowed by. */
const NARROWING = ['actor', 'accountId', 'type', 'clientId'] as const;
type Narrowing = (typeof NARROWING)[number];
const columnOf = { accountId: 'account_id', actor: 'actor', clientId: 'client_id', type: 'type' } as const;
const wordOf = { accountId: 'account', actor: 'actor', clientId: 'client', type: 'type' } as const;

/** For any one column there is an index, and for any two: the pairs whose index is named the other way round. */
const TURNED: ReadonlySet<string> = new Set(['type_client']);

interface EventBounds extends EventPosition {
  readonly from?: number;
  readonly limit: number;
}

/** Stands after every event. */
const END: EventPosition = { at: Number.MAX_SAFE_INTEGER, id: '' };

/** For each set of columns that something can be narrowed by. */
type Lists = ReadonlyMap<string, Statement<[object], EventRow>>;

export function createEventStore(database: SqliteDatabase): EventStore {
  const listsOf = (source: (columns: readonly Narrowing[]) => string): Lists =>
    new Map(subsetsOf(NARROWING).map((columns) => [columns.join(), database.prepare(source(columns))]));
  const [backward, forward] = [listsOf(backwardSource), listsOf(forwardSource)];
  const { add, ...tallies } = createTallies(database);
  const insert = database.prepare<EventRow>(
    `INSERT INTO events (at, id, type, account_id, client_id, identifier, network, request_id, reason, actor, object, changes)
     VALUES (@at, @id, @type, @account_id, @client_id, @identifier, @network, @request_id, @reason, @actor, @object, @changes)`,
  );
  const purge = database.prepare<{ before: number; limit: number }>(
    `DELETE FROM events WHERE (at, id) IN (SELECT at, id FROM events WHERE at < @before ORDER BY at, id LIMIT @limit)`,
  );
  return {
    append: (events, counted = []) =>
      database.write(() => {
        for (const event of events) insert.run(toRow(event));
        add(counted);
      }),
    list: ({ before = END, from = 0, ...conditions }, limit) =>
      database.read(() => listed(backward, conditions, { ...before, from, limit })),
    following: (conditions, after, limit) => database.read(() => listed(forward, conditions, { ...after, limit })),
    purge: (before, limit) => database.write(() => purge.run({ before, limit }).changes),
    ...tallies,
  };
}

function listed(lists: Lists, conditions: EventConditions, bounds: EventBounds): AuditEvent[] {
  const columns = NARROWING.filter((name) => conditions[name] !== undefined);
  const values = Object.fromEntries(columns.map((name) => [name, conditions[name]]));
  return (lists.get(columns.join())?.all({ ...values, ...bounds }) ?? []).map(toEvent);
}

const backwardSource = (columns: readonly Narrowing[]): string =>
  `SELECT * FROM events ${narrowed(columns)} (at, id) < (@at, @id) AND at >= @from ORDER BY at DESC, id DESC LIMIT @limit`;

const forwardSource = (columns: readonly Narrowing[]): string =>
  `SELECT * FROM events ${narrowed(columns)} (at, id) > (@at, @id) ORDER BY at, id LIMIT @limit`;

/**
 * The first two columns lead, the others filter what those find. The index is named, because the planner knows nothing of who
 * is busy, and would take one that sorts as well and filters a hundred thousand events.
 */
function narrowed(columns: readonly Narrowing[]): string {
  const pair = columns.slice(0, 2).map((name) => wordOf[name]);
  const leading = TURNED.has(pair.join('_')) ? pair.toReversed() : pair;
  const index = leading.length === 0 ? '' : `INDEXED BY ${['events', ...leading].join('_')}`;
  return [`${index} WHERE`, ...columns.map((name) => `${columnOf[name]} = @${name} AND`)].join(' ');
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
