import type { Statement } from 'better-sqlite3';
import type { Challenge } from '../../domain/challenge.ts';
import { type Message, notRetried, notWaiting } from '../../domain/message.ts';
import type { MessageFilter, OutboxStore } from '../../ports/store/outbox.ts';
import type { SqliteDatabase } from './database.ts';
import { type MessageRow, toMessage } from './message-rows.ts';

/** What administrators see and do of the outbox. */
type OutboxDesk = Pick<OutboxStore, 'list' | 'find' | 'retry' | 'drop'>;

export function createOutboxDesk(database: SqliteDatabase): OutboxDesk {
  const sql = prepareDesk(database);
  const find = (id: string): Message | null => {
    const row = sql.find.get({ id });
    return row === undefined ? null : toMessage(row);
  };
  return {
    list: (filter, limit) => database.read(() => listed(sql, filter, limit).map(toMessage)),
    find: (id) => database.read(() => find(id)),
    retry: (id, now) =>
      database.write(() => {
        const message = find(id);
        const refused = notRetried(message, aboutOf(sql, message), now);
        return refused === null ? { retried: changed(sql.retry.get({ id, now })) } : { refused };
      }),
    drop: (id, now, outcome) =>
      database.write(() => {
        const refused = notWaiting(find(id), now);
        return refused === null ? { dropped: changed(sql.drop.get({ id, now, outcome })) } : { refused };
      }),
  };
}

const aboutOf = (sql: Statements, message: Message | null): Pick<Challenge, 'state'> | null =>
  message?.challengeId == null ? null : (sql.about.get({ id: message.challengeId }) ?? null);

/** The statement repeats the rule in its condition; should the two ever disagree, the whole change is undone. */
function changed(row: MessageRow | undefined): Message {
  if (row === undefined) throw new Error('the message changed inside one transaction');
  return toMessage(row);
}

type Statements = ReturnType<typeof prepareDesk>;

const WAITS = `(state = 'queued' OR (state = 'leased' AND leased_until <= @now))`;

const prepareDesk = (database: SqliteDatabase) => ({
  find: database.prepare<{ id: string }, MessageRow>('SELECT * FROM outbox WHERE id = @id'),
  about: database.prepare<{ id: string }, Pick<Challenge, 'state'>>('SELECT state FROM challenges WHERE id = @id'),
  retry: database.prepare<{ id: string; now: number }, MessageRow>(
    `UPDATE outbox SET state = 'queued', not_before = @now, due_at = @now, leased_by = NULL, leased_until = NULL
     WHERE id = @id AND not_after > @now AND (state = 'failed' OR ${WAITS}) RETURNING *`,
  ),
  drop: database.prepare<{ id: string; now: number; outcome: string }, MessageRow>(
    `UPDATE outbox SET state = 'dropped', outcome = @outcome, due_at = NULL, leased_by = NULL, leased_until = NULL
     WHERE id = @id AND ${WAITS} RETURNING *`,
  ),
  newest: database.prepare<ListParameters, MessageRow>(listSource('')),
  failed: database.prepare<ListParameters, MessageRow>(listSource(`state = 'failed' AND`)),
  to: database.prepare<ListParameters, MessageRow>(listSource('identifier = @identifier AND')),
});

interface ListParameters {
  readonly state: string | null;
  readonly channel: string | null;
  readonly clientId: string | null;
  readonly identifier: string | null;
  readonly at: number;
  readonly id: string;
  readonly limit: number;
}

/**
 * Newest first by one of three indexes; what else is asked for only filters. The table holds what the last minutes have
 * brought, because a message goes with the end of its use.
 */
const listSource = (leading: string): string =>
  `SELECT * FROM outbox WHERE ${leading} (created_at, id) < (@at, @id)
     AND (@state IS NULL OR +state = @state) AND (@channel IS NULL OR +channel = @channel)
     AND (@clientId IS NULL OR +client_id = @clientId) AND (@identifier IS NULL OR +identifier = @identifier)
   ORDER BY created_at DESC, id DESC LIMIT @limit`;

/** Stands after every message. */
const END = { at: Number.MAX_SAFE_INTEGER, id: '' };

function listed(sql: Statements, { state, channel, clientId, to, before }: MessageFilter, limit: number): MessageRow[] {
  if (to !== undefined && channel !== undefined && to.channel !== channel) return [];
  const led: Statement<[ListParameters], MessageRow> =
    to !== undefined ? sql.to : state === 'failed' ? sql.failed : sql.newest;
  return led.all({
    state: state ?? null,
    channel: to?.channel ?? channel ?? null,
    clientId: clientId ?? null,
    identifier: to?.value ?? null,
    ...(before ?? END),
    limit,
  });
}
