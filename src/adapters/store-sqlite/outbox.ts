import type { Message, MessageState } from '../../domain/message.ts';
import type { Leased, OutboxStore, Settlement } from '../../ports/store/outbox.ts';
import { type ChallengeRow, toChallenge } from './challenge-rows.ts';
import type { SqliteDatabase } from './database.ts';
import { type MessageRow, toMessage, toMessageRow } from './message-rows.ts';
import { createOutboxDesk } from './outbox-desk.ts';

/** Puts messages into the outbox as a step of somebody's transaction: call it inside `write` only. */
export interface OutboxWriter {
  enqueue(message: Message): void;
}

export function createOutboxWriter(database: SqliteDatabase): OutboxWriter {
  const insert = database.prepare<MessageRow>(
    `INSERT INTO outbox (
       id, challenge_id, template, notice, channel, identifier, client_id, locale, decoy, state, tries, created_at, not_before,
       not_after, leased_by, leased_until, outcome, due_at
     ) VALUES (
       @id, @challenge_id, @template, @notice, @channel, @identifier, @client_id, @locale, @decoy, @state, @tries, @created_at,
       @not_before, @not_after, @leased_by, @leased_until, @outcome, @due_at
     )`,
  );
  return { enqueue: (message) => void insert.run(toMessageRow(message)) };
}

export function createOutboxStore(database: SqliteDatabase): OutboxStore {
  const lease = database.prepare<{ worker: string; now: number; leasedUntil: number; limit: number }, LeasedRow>(
    `UPDATE outbox SET state = 'leased', tries = tries + 1, leased_by = @worker, leased_until = @leasedUntil,
       due_at = @leasedUntil
     WHERE seq IN (SELECT seq FROM outbox WHERE due_at <= @now ORDER BY created_at, seq LIMIT @limit)
     RETURNING *`,
  );
  const about = database.prepare<{ id: string }, ChallengeRow>('SELECT * FROM challenges WHERE id = @id');
  const settle = database.prepare<SettledRow>(
    `UPDATE outbox SET state = @state, outcome = @outcome, not_before = coalesce(@notBefore, not_before),
       due_at = @notBefore, leased_by = NULL, leased_until = NULL
     WHERE id = @id AND state = 'leased' AND leased_by = @worker`,
  );
  const mark = database.prepare<{ id: string; undelivered: number }>(
    'UPDATE challenges SET undelivered = @undelivered WHERE id = (SELECT challenge_id FROM outbox WHERE id = @id)',
  );
  const inWork = (row: LeasedRow): Leased => {
    const challenge = row.challenge_id === null ? undefined : about.get({ id: row.challenge_id });
    return { message: toMessage(row), challenge: challenge === undefined ? null : toChallenge(challenge) };
  };
  // A range, not `IS NOT NULL`, which SQLite would answer by reading the whole index row by row as a scan.
  const writer = createOutboxWriter(database);
  const backlog = database.prepare<object, { waiting: number }>(
    'SELECT count(*) AS waiting FROM outbox WHERE due_at >= 0',
  );
  return {
    add: (messages) => database.write(() => messages.forEach(writer.enqueue)),
    lease: (worker, now, leasedUntil, limit) =>
      database.write(() => inOrder(lease.all({ worker, now, leasedUntil, limit })).map(inWork)),
    settle: (id, worker, settlement) =>
      database.write(() => {
        const held = settle.run({ id, worker, ...toSettledRow(settlement) }).changes === 1;
        if (held && settlement.state === 'failed') mark.run({ id, undelivered: 1 });
        if (held && settlement.state === 'accepted') mark.run({ id, undelivered: 0 });
        return held;
      }),
    backlog: () => database.read(() => backlog.get({})?.waiting ?? 0),
    ...createOutboxDesk(database),
  };
}

type LeasedRow = MessageRow & { readonly seq: number };

/** `RETURNING` answers in no particular order (https://www.sqlite.org/lang_returning.html §2.1). */
const inOrder = (rows: readonly LeasedRow[]): LeasedRow[] =>
  [...rows].sort((one, other) => one.created_at - other.created_at || one.seq - other.seq);

interface SettledRow {
  readonly id: string;
  readonly worker: string;
  readonly state: MessageState;
  readonly outcome: string;
  /** Null ends the message's waiting. */
  readonly notBefore: number | null;
}

const toSettledRow = (settlement: Settlement): Omit<SettledRow, 'id' | 'worker'> => ({
  state: settlement.state,
  outcome: settlement.outcome,
  notBefore: settlement.state === 'queued' ? settlement.notBefore : null,
});
