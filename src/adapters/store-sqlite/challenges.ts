import type { Spend } from '../../domain/budget.ts';
import { type Challenge, type ChallengeRefusal, refuseAttempt } from '../../domain/challenge.ts';
import type { Message } from '../../domain/message.ts';
import type { AttemptResult, ChallengeStore, OpenResult, ResendResult } from '../../ports/store/challenges.ts';
import type { BudgetLedger } from './budgets.ts';
import { type ChallengeRow, insertChallenge, toChallenge, toChallengeRow } from './challenge-rows.ts';
import type { SqliteDatabase } from './database.ts';
import type { OutboxWriter } from './outbox.ts';

/** What the challenge's life touches besides its own table, in the same transaction. */
interface Neighbours {
  readonly budgets: BudgetLedger;
  readonly outbox: OutboxWriter;
}

export function createChallengeStore(database: SqliteDatabase, neighbours: Neighbours): ChallengeStore {
  const sql = prepareChallenges(database);
  const { open, claimAttempt, prove, resend } = createChanges(sql, neighbours);
  return {
    open: (challenge, message, keep, spends) => database.write(() => open(challenge, message, keep, spends)),
    find: (id) => database.read(() => decoded(sql.find.get({ id }))),
    findByInteraction: (interactionId) => database.read(() => decoded(sql.newest.get({ interactionId }))),
    findOpenInSlot: (slot, now) => database.read(() => decoded(sql.newestOpen.get({ slot, now }))),
    claimAttempt: (id, now, spends) => database.write(() => claimAttempt(id, now, spends)),
    prove: (id, now, refund, reset) => database.write(() => prove(id, now, refund, reset)),
    resend: (id, now, nextSendAt, message, spends) =>
      database.write(() => resend({ id, now, nextSendAt }, message, spends)),
    supersede: (id) => database.write(() => void sql.close.run({ id })),
  };
}

/** What happens to challenges, each as the synchronous part of one transaction. */
function createChanges(sql: Statements, { budgets, outbox }: Neighbours) {
  const find = (id: string): Challenge | null => decoded(sql.find.get({ id }));

  const open = (challenge: Challenge, message: Message | null, keep: number, spends: readonly Spend[]): OpenResult => {
    const now = challenge.createdAt;
    const refused = budgets.spend(spends, now);
    if (refused !== null) return refused;
    if (challenge.interactionId !== null) sql.closeInteraction.run({ interactionId: challenge.interactionId });
    sql.closeOldest.run({ slot: challenge.slot, now, spare: keep - 1 });
    sql.insert.run(toChallengeRow(challenge));
    if (message !== null) outbox.enqueue(message);
    return { opened: challenge };
  };

  const claimAttempt = (id: string, now: number, spends: readonly Spend[]): AttemptResult => {
    const refused = refusalOf(find(id), now) ?? budgets.spend(spends, now);
    return refused ?? { claimed: granted(sql.claim.get({ id, now })) };
  };

  const resend = (
    due: { id: string; now: number; nextSendAt: number },
    message: Message,
    spends: readonly Spend[],
  ): ResendResult => {
    const refused = resendRefusal(find(due.id), due.now) ?? budgets.spend(spends, due.now);
    if (refused !== null) return refused;
    const resent = granted(sql.resend.get(due));
    outbox.enqueue(message);
    return { resent };
  };

  const prove = (id: string, now: number, refund: readonly string[], reset: readonly string[]): boolean => {
    if (sql.prove.run({ id, now }).changes === 0) return false;
    budgets.refund(refund);
    budgets.forget(reset);
    return true;
  };

  return { open, claimAttempt, prove, resend };
}

type Statements = ReturnType<typeof prepareChallenges>;

type Refused = { readonly refused: ChallengeRefusal; readonly challenge: Challenge | null };

function refusalOf(challenge: Challenge | null, now: number): Refused | null {
  const refused = refuseAttempt(challenge, now);
  return refused === null ? null : { refused, challenge };
}

function resendRefusal(challenge: Challenge | null, now: number): Exclude<ResendResult, { resent: Challenge }> | null {
  const refused = refusalOf(challenge, now);
  if (refused !== null || challenge === null) return refused;
  // First what no waiting changes.
  if (challenge.sends >= challenge.maxSends) return { refused: 'no_sends_left', challenge };
  return challenge.nextSendAt > now ? { refused: 'too_early', challenge } : null;
}

const decoded = (row: ChallengeRow | undefined): Challenge | null => (row === undefined ? null : toChallenge(row));

/** The statement repeats the rule in its condition; should the two ever disagree, the whole change is undone. */
function granted(row: ChallengeRow | undefined): Challenge {
  if (row === undefined) throw new Error('the challenge changed inside one transaction');
  return toChallenge(row);
}

function prepareChallenges(database: SqliteDatabase) {
  return {
    find: database.prepare<{ id: string }, ChallengeRow>('SELECT * FROM challenges WHERE id = @id'),
    newest: database.prepare<{ interactionId: string }, ChallengeRow>(
      `SELECT * FROM challenges WHERE interaction_id = +@interactionId ORDER BY created_at DESC, seq DESC LIMIT 1`,
    ),
    newestOpen: database.prepare<{ slot: string; now: number }, ChallengeRow>(
      `SELECT * FROM challenges WHERE slot = +@slot AND state = 'open' AND expires_at > +@now
       ORDER BY created_at DESC, seq DESC LIMIT 1`,
    ),
    insert: database.prepare<ChallengeRow>(insertChallenge),
    closeInteraction: database.prepare<{ interactionId: string }>(
      `UPDATE challenges SET state = 'superseded' WHERE interaction_id = @interactionId AND state = 'open'`,
    ),
    closeOldest: database.prepare<{ slot: string; now: number; spare: number }>(
      `UPDATE challenges SET state = 'superseded' WHERE seq IN (
         SELECT seq FROM challenges WHERE slot = +@slot AND state = 'open' AND expires_at > +@now
         ORDER BY created_at DESC, seq DESC LIMIT -1 OFFSET @spare)`,
    ),
    close: database.prepare<{ id: string }>(
      `UPDATE challenges SET state = 'superseded' WHERE id = @id AND state = 'open'`,
    ),
    claim: database.prepare<{ id: string; now: number }, ChallengeRow>(
      `UPDATE challenges SET attempts = attempts + 1
       WHERE id = @id AND state = 'open' AND expires_at > @now AND attempts < max_attempts RETURNING *`,
    ),
    prove: database.prepare<{ id: string; now: number }>(
      `UPDATE challenges SET state = 'proven' WHERE id = @id AND state = 'open' AND expires_at > @now`,
    ),
    resend: database.prepare<{ id: string; now: number; nextSendAt: number }, ChallengeRow>(
      `UPDATE challenges SET sends = sends + 1, next_send_at = @nextSendAt
       WHERE id = @id AND state = 'open' AND expires_at > @now AND attempts < max_attempts
         AND next_send_at <= @now AND sends < max_sends RETURNING *`,
    ),
  };
}
