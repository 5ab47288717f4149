import type { Channel } from '../../domain/identifier.ts';
import type { Message, MessageState, MessageTemplate, Notice } from '../../domain/message.ts';
import type { Leased, OutboxStore, Settlement } from '../../ports/store/outbox.ts';
import { type ChallengeRow, toChallenge } from './challenge-rows.ts';
import type { SqliteDatabase } from './database.ts';

interface MessageRow {
  readonly id: string;
  readonly challenge_id: string | null;
  readonly template: MessageTemplate;
  readonly notice: string | null;
  readonly channel: Channel;
  readonly identifier: string;
  readonly client_id: string;
  readonly locale: string;
  readonly decoy: number;
  readonly state: MessageState;
  readonly tries: number;
  readonly created_at: number;
  readonly not_before: number;
  readonly not_after: number;
  readonly leased_by: string | null;
  readonly leased_until: number | null;
  readonly outcome: string | null;
  readonly due_at: number | null;
}

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
  return { enqueue: (message) => void insert.run(toRow(message)) };
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

const toRow = (message: Message): MessageRow => ({
  id: message.id,
  challenge_id: message.challengeId,
  template: message.template,
  notice: message.notice === null ? null : JSON.stringify(message.notice),
  channel: message.to.channel,
  identifier: message.to.value,
  client_id: message.clientId,
  locale: message.locale,
  decoy: Number(message.decoy),
  state: message.state,
  tries: message.tries,
  created_at: message.createdAt,
  not_before: message.notBefore,
  not_after: message.notAfter,
  leased_by: message.leasedBy,
  leased_until: message.leasedUntil,
  outcome: message.outcome,
  due_at: dueAt(message),
});

/** When somebody may take the message next: what the column `due_at` holds. */
function dueAt({ state, notBefore, leasedUntil }: Message): number | null {
  if (state === 'queued') return notBefore;
  return state === 'leased' ? leasedUntil : null;
}

const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  challengeId: row.challenge_id,
  template: row.template,
  notice: row.notice === null ? null : (JSON.parse(row.notice) as Notice),
  to: { channel: row.channel, value: row.identifier },
  clientId: row.client_id,
  locale: row.locale,
  decoy: row.decoy === 1,
  state: row.state,
  tries: row.tries,
  createdAt: row.created_at,
  notBefore: row.not_before,
  notAfter: row.not_after,
  leasedBy: row.leased_by,
  leasedUntil: row.leased_until,
  outcome: row.outcome,
});
