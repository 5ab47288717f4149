import type { Spend } from '../../domain/budget.ts';
import type { Challenge } from '../../domain/challenge.ts';
import type { Message } from '../../domain/message.ts';
import type { Log } from '../../ports/log.ts';
import type { AttemptResult, ChallengeStore, OpenResult, ResendResult } from '../../ports/store/challenges.ts';
import type { BudgetLedger } from './budgets.ts';
import { attemptRefusal, resendRefusal } from './challenge-refusals.ts';
import { above, atMost, below, belowField } from './comparisons.ts';
import { type ChallengeDocument, toChallenge, toChallengeDocument } from './documents/challenge.ts';
import type { Models } from './models.ts';
import type { Relay } from './relay.ts';
import { findRivals, newestFirst, nextOrder, type Room, surplusOf } from './rivals.ts';
import { kindOf, storeUnavailable } from './unavailable.ts';
import { insertNew } from './writes.ts';

interface Deps {
  readonly models: Models;
  readonly budgets: BudgetLedger;
  readonly relay: Relay;
  readonly log: Log | undefined;
}

export function createChallengeStore(deps: Deps): ChallengeStore {
  const { challenges } = deps.models;
  return {
    open: (challenge, message, keep, spends) => open(deps, challenge, message, keep, spends),
    find: (id) => find(deps, id),
    async findByInteraction(interactionId) {
      const newest = { order: -1, _id: -1 } as const;
      return decoded(await challenges.findOne({ interactionId }).sort(newest).lean<ChallengeDocument>());
    },
    async findOpenInSlot(slot, now) {
      const open = { slot, state: 'open', expiresAt: above(new Date(now)) } as const;
      return decoded(newestFirst(await challenges.find(open).lean<ChallengeDocument[]>())[0] ?? null);
    },
    claimAttempt: (id, now, spends) => claimAttempt(deps, id, now, spends),
    prove: (id, now, refund, reset) => prove(deps, id, now, refund, reset),
    resend: (id, now, nextSendAt, message, spends) => resend(deps, { id, now, nextSendAt }, message, spends),
    supersede: (id) => close(deps, id),
  };
}

const decoded = (stored: ChallengeDocument | null): Challenge | null => (stored === null ? null : toChallenge(stored));

const find = async ({ models }: Deps, id: string): Promise<Challenge | null> =>
  decoded(await models.challenges.findOne({ _id: id }).lean<ChallengeDocument>());

async function close({ models }: Deps, id: string): Promise<void> {
  const { filter, update } = closing(id);
  await models.challenges.updateOne(filter, update);
}

const closing = (id: string) =>
  ({ filter: { _id: id, state: 'open' }, update: { $set: { state: 'superseded' } } }) as const;

/**
 * In this order, so that a crash between two writes is harmless:
 * 1. The budgets. A crash leaves them spent, which no limit is broken by.
 * 2. The rivals make room. A crash leaves fewer open than there could be: somebody asks for a code once more.
 * 3. The challenge with its message in it, in one write: from here on both exist, before it neither does.
 * 4. What may also be done later, and by others: the message is copied to where workers look (relay.ts), and rivals
 *    that were opened at the same moment make room. A crash leaves the copy to a worker, and what is open too much, if
 *    two opened at once, to the next opening or the expiry.
 */
async function open(
  deps: Deps,
  challenge: Challenge,
  message: Message | null,
  keep: number,
  spends: readonly Spend[],
): Promise<OpenResult> {
  const granted = await deps.budgets.spend(spends, challenge.createdAt);
  if ('refused' in granted) return granted;
  const rivals = await makeRoom(deps, challenge, { inSlot: keep - 1, inInteraction: 0 });
  const outgoing = message === null ? [] : [deps.relay.outgoing(message)];
  const order = nextOrder(rivals, challenge.createdAt);
  if (!(await insertNew(deps.models.challenges, toChallengeDocument(challenge, order, outgoing)))) {
    throw new Error('a challenge of this id is there already');
  }
  await Promise.all([
    ...outgoing.map(deps.relay.forward),
    makeRoom(deps, challenge, { inSlot: keep, inInteraction: 1 }).catch((error: unknown) => {
      deps.log?.warn({ reason: kindOf(error) }, 'more challenges than usual may stay open');
    }),
  ]);
  return { opened: challenge };
}

async function makeRoom(deps: Deps, challenge: Challenge, room: Room) {
  const rivals = await findRivals(deps.models.challenges, challenge);
  const surplus = surplusOf(rivals, room).map((id) => ({ updateOne: closing(id) }));
  if (surplus.length > 0) await deps.models.challenges.bulkWrite(surplus, { ordered: false });
  return rivals;
}

/**
 * The attempt is counted first, then the budgets, and uncounted when one of them refuses: a crash in between leaves too
 * much counted, never a guess that counted nowhere. In this order a volley of guesses is stopped by the challenge
 * and does not, for a moment, empty the budgets of those who guess elsewhere. What is uncounted was never looked at.
 */
async function claimAttempt(deps: Deps, id: string, now: number, spends: readonly Spend[]): Promise<AttemptResult> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    const before = await deps.models.challenges
      .findOneAndUpdate(
        { ...usable(id, now), $expr: belowField('attempts', 'maxAttempts') },
        { $inc: { attempts: 1 } },
        { returnDocument: 'before' },
      )
      .lean<ChallengeDocument>();
    if (before !== null) {
      const claimed = toChallenge({ ...before, attempts: before.attempts + 1 });
      return (await withinBudgets(deps, id, now, spends)) ?? { claimed };
    }
    const refused = attemptRefusal(await find(deps, id), now);
    if (refused !== null) return refused;
  }
  return undecided();
}

/** How often attempts may be counted by others and given back while somebody tries to have one. */
const TURNS = 20;

/** Spends the budgets of an attempt that is counted, or gives it back. */
async function withinBudgets(deps: Deps, id: string, now: number, spends: readonly Spend[]) {
  const granted = await deps.budgets.spend(spends, now);
  if (!('refused' in granted)) return null;
  await deps.models.challenges.updateOne({ _id: id }, { $inc: { attempts: -1 } });
  return granted;
}

const usable = (id: string, now: number) => ({ _id: id, state: 'open', expiresAt: above(new Date(now)) }) as const;

/** A write was refused for a reason that a read does not show: the primary has changed in between. */
function undecided(): never {
  throw storeUnavailable(new Error('the challenge did not hold still'));
}

/**
 * The proof is one write. What it gives back follows, and is lost in a crash: the budgets then hold the attempt a while
 * longer. It must not fail the proof, which nobody could make a second time.
 */
async function prove(
  deps: Deps,
  id: string,
  now: number,
  refund: readonly string[],
  reset: readonly string[],
): Promise<boolean> {
  const { modifiedCount } = await deps.models.challenges.updateOne(usable(id, now), { $set: { state: 'proven' } });
  if (modifiedCount === 0) return false;
  await deps.budgets.release(refund, reset).catch((error: unknown) => {
    deps.log?.warn({ reason: kindOf(error) }, 'a right guess could not be given back');
  });
  return true;
}

/**
 * The budgets first, and given back if there is nothing to send after all. The message is written with the count of the
 * send, in one write: it cannot be taken back, so that nothing may refuse it afterwards.
 */
async function resend(
  deps: Deps,
  { id, now, nextSendAt }: { readonly id: string; readonly now: number; readonly nextSendAt: number },
  message: Message,
  spends: readonly Spend[],
): Promise<ResendResult> {
  const found = await find(deps, id);
  const refused = resendRefusal(found, now);
  if (refused !== null) return refused;
  const granted = await deps.budgets.spend(spends, now);
  // A budget may be spent for a moment by those who pressed at the same time: the challenge knows the better reason.
  if ('refused' in granted) return resendRefusal(await find(deps, id), now) ?? granted;
  const outgoing = deps.relay.outgoing(message);
  const resent = await deps.models.challenges
    .findOneAndUpdate(
      {
        ...usable(id, now),
        // The most of each never changes, so that the one that was read holds.
        attempts: below(found?.maxAttempts ?? 0),
        sends: below(found?.maxSends ?? 0),
        nextSendAt: atMost(new Date(now)),
      },
      { $inc: { sends: 1 }, $set: { nextSendAt: new Date(nextSendAt) }, $push: { outgoing } },
      { returnDocument: 'after' },
    )
    .lean<ChallengeDocument>();
  if (resent === null) {
    await granted.refund();
    return resendRefusal(await find(deps, id), now) ?? undecided();
  }
  await deps.relay.forward(outgoing);
  return { resent: toChallenge(resent) };
}
