import type { OutboxStore, Settlement } from '../../ports/store/outbox.ts';
import { atLeast, between } from './comparisons.ts';
import { type ChallengeDocument, toChallenge } from './documents/challenge.ts';
import { type MessageDocument, toMessage } from './documents/message.ts';
import type { MessageBatches } from './message-batches.ts';
import type { Models } from './models.ts';
import { createOutboxDesk } from './outbox-desk.ts';
import type { Relay } from './relay.ts';

interface Lease {
  readonly worker: string;
  readonly now: number;
  readonly leasedUntil: number;
}

const EPOCH = new Date(0);

/** How often messages that were left behind are looked for while there are others to deliver, in milliseconds. */
const COLLECT_MS = 2_000;

export function createOutboxStore(models: Models, relay: Relay, batches: MessageBatches): OutboxStore {
  const { outbox } = models;
  let collectedAt = Number.NEGATIVE_INFINITY;
  const collect = (now: number, limit: number): Promise<number> => {
    collectedAt = now;
    return relay.collect(now, limit);
  };
  return {
    add: batches.add,
    // An idle worker looks each time for what was left behind; one that was called finds what it was called for.
    async lease(worker, now, leasedUntil, limit) {
      const lease = { worker, now, leasedUntil };
      const longAgo = Math.abs(now - collectedAt) >= COLLECT_MS;
      if (longAgo) await collect(now, limit);
      let taken = await takeDue(models, lease, limit);
      if (taken.length === 0 && !longAgo && (await collect(now, limit)) > 0)
        taken = await takeDue(models, lease, limit);
      await Promise.all(taken.map(({ message }) => batches.unpack(message)));
      return taken.map(({ message, challenge }) => ({
        message: toMessage(message),
        challenge: challenge === undefined ? null : toChallenge(challenge),
      }));
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
    ...createOutboxDesk(models, relay, batches),
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

/** A message that is due, with its challenge as it was when it was looked at. */
interface Due {
  readonly _id: string;
  readonly challenges: readonly ChallengeDocument[];
}

interface Taken {
  readonly message: MessageDocument;
  readonly challenge: ChallengeDocument | undefined;
}

/**
 * Looks at the oldest that are due and takes them one by one, each by one conditional write on its own document: a
 * message that somebody else took in between no longer matches. Ends when it has enough, or has seen all there is.
 */
async function takeDue(models: Models, lease: Lease, limit: number): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (;;) {
    const due = await lookAtDue(models, lease.now, limit + SPARE);
    let next = 0;
    while (taken.length < limit && next < due.length) {
      const batch = due.slice(next, next + limit - taken.length);
      next += batch.length;
      const claims = await Promise.all(
        batch.map(async ({ _id, challenges: [challenge] }) => ({
          message: await takeOne(models, _id, lease),
          challenge,
        })),
      );
      taken.push(...claims.flatMap(({ message, challenge }) => (message === null ? [] : [{ message, challenge }])));
    }
    if (taken.length >= limit || due.length < limit + SPARE) return taken;
  }
}

const lookAtDue = ({ outbox, challenges }: Models, now: number, limit: number): Promise<Due[]> =>
  outbox.aggregate<Due>([
    { $match: { createdAt: atLeast(EPOCH), dueAt: between(EPOCH, new Date(now)) } },
    { $sort: { createdAt: 1, _id: 1 } },
    { $limit: limit },
    {
      $lookup: { from: challenges.collection.name, localField: 'challengeId', foreignField: '_id', as: 'challenges' },
    },
    { $project: { challenges: 1 } },
  ]);

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
