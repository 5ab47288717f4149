import type { Leased, OutboxStore, Settlement } from '../../ports/store/outbox.ts';
import { atLeast, between, oneOf } from './comparisons.ts';
import { type ChallengeDocument, toChallenge } from './documents/challenge.ts';
import { type MessageDocument, toMessage } from './documents/message.ts';
import type { MessageBatches } from './message-batches.ts';
import type { Models } from './models.ts';
import type { Relay } from './relay.ts';

interface Lease {
  readonly worker: string;
  readonly now: number;
  readonly leasedUntil: number;
}

const EPOCH = new Date(0);

export function createOutboxStore(models: Models, relay: Relay, batches: MessageBatches): OutboxStore {
  const { outbox } = models;
  return {
    add: batches.add,
    async lease(worker, now, leasedUntil, limit) {
      await relay.collect(now, limit);
      const taken = await takeDue(models, { worker, now, leasedUntil }, limit);
      await Promise.all(taken.map(batches.unpack));
      return withChallenges(models, taken);
    },
    async settle(id, worker, settlement) {
      const held = await outbox
        .findOneAndUpdate({ _id: id, state: 'leased', leasedBy: worker }, { $set: settled(settlement) })
        .lean<MessageDocument>();
      if (held === null) return false;
      // Second, because it can be done again: who dies here leaves the mark unset and the message to the relay, which
      // finds it in the outbox and lets it go.
      if (settlement.state !== 'queued' && held.challengeId !== null) {
        await relay.release(held.challengeId, id, markOf(settlement));
      }
      return true;
    },
    // `createdAt` is bounded for the sake of the index, which begins with it.
    backlog: () => outbox.countDocuments({ createdAt: atLeast(EPOCH), dueAt: atLeast(EPOCH) }),
  };
}

const markOf = ({ state }: Settlement): { readonly undelivered: boolean } | undefined =>
  state === 'dropped' ? undefined : { undelivered: state === 'failed' };

function settled(settlement: Settlement): Partial<MessageDocument> {
  const { state, outcome } = settlement;
  const ended = { state, outcome, leasedBy: null, leasedUntil: null };
  if (settlement.state !== 'queued') return { ...ended, dueAt: null };
  const notBefore = new Date(settlement.notBefore);
  return { ...ended, notBefore, dueAt: notBefore };
}

/** How many more messages a worker looks at than it takes: others take from the same end of the queue. */
const SPARE = 16;

/**
 * Looks at the oldest that are due and takes them one by one, each by one conditional write on its own document: a
 * message that somebody else took in between no longer matches. Ends when it has enough, or has seen all there is.
 */
async function takeDue(models: Models, lease: Lease, limit: number): Promise<MessageDocument[]> {
  const taken: MessageDocument[] = [];
  for (;;) {
    const due = await lookAtDue(models, lease.now, limit + SPARE);
    let next = 0;
    while (taken.length < limit && next < due.length) {
      const batch = due.slice(next, next + limit - taken.length);
      next += batch.length;
      const claims = await Promise.all(batch.map(({ _id }) => takeOne(models, _id, lease)));
      taken.push(...claims.filter((claim) => claim !== null));
    }
    if (taken.length >= limit || due.length < limit + SPARE) return taken;
  }
}

const lookAtDue = ({ outbox }: Models, now: number, limit: number): Promise<MessageDocument[]> =>
  outbox
    .find({ createdAt: atLeast(EPOCH), dueAt: between(EPOCH, new Date(now)) }, { _id: 1 })
    .sort({ createdAt: 1, _id: 1 })
    .limit(limit)
    .lean<MessageDocument[]>();

const takeOne = (
  { outbox }: Models,
  id: string,
  { worker, now, leasedUntil }: Lease,
): Promise<MessageDocument | null> => {
  const until = new Date(leasedUntil);
  const leased = { state: 'leased', leasedBy: worker, leasedUntil: until, dueAt: until } as const;
  return outbox
    .findOneAndUpdate(
      { _id: id, dueAt: between(EPOCH, new Date(now)) },
      { $set: leased, $inc: { tries: 1 } },
      { returnDocument: 'after' },
    )
    .lean<MessageDocument>();
};

async function withChallenges({ challenges }: Models, taken: readonly MessageDocument[]): Promise<Leased[]> {
  const ids = taken.flatMap(({ challengeId }) => (challengeId === null ? [] : [challengeId]));
  const found = ids.length === 0 ? [] : await challenges.find({ _id: oneOf(ids) }).lean<ChallengeDocument[]>();
  const byId = new Map(found.map((stored) => [stored._id, toChallenge(stored)]));
  return taken.map((stored) => ({
    message: toMessage(stored),
    challenge: (stored.challengeId === null ? undefined : byId.get(stored.challengeId)) ?? null,
  }));
}
