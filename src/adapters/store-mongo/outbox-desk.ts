import type { QueryFilter, UpdateQuery } from 'mongoose';
import { type Message, notRetried, notWaiting } from '../../domain/message.ts';
import type { MessageFilter, OutboxStore } from '../../ports/store/outbox.ts';
import { atLeast, olderThan } from './comparisons.ts';
import { type MessageDocument, toMessage } from './documents/message.ts';
import type { MessageBatches } from './message-batches.ts';
import type { Models } from './models.ts';
import type { Relay } from './relay.ts';
import { storeUnavailable } from './unavailable.ts';

/** What administrators see and do of the outbox; a message that still lies in its challenge alone is seen seconds later. */
type OutboxDesk = Pick<OutboxStore, 'list' | 'find' | 'retry' | 'drop'>;

export function createOutboxDesk(models: Models, relay: Relay, batches: MessageBatches): OutboxDesk {
  const { outbox, challenges } = models;
  const look = (id: string): Promise<MessageDocument | null> => outbox.findOne({ _id: id }).lean<MessageDocument>();
  const challengeOf = async ({ challengeId }: MessageDocument) =>
    challengeId === null ? null : challenges.findOne({ _id: challengeId }, { state: 1 }).lean<{ state: 'open' }>();
  return {
    list: (filter, limit) => list(models, filter, limit),
    find: async (id) => decoded(await look(id)),
    async retry(id, now) {
      const due = new Date(now);
      const change = { state: 'queued', notBefore: due, dueAt: due, leasedBy: null, leasedUntil: null } as const;
      for (let turn = 0; turn < TURNS; turn += 1) {
        const seen = await look(id);
        // Should the challenge be closed behind this, the worker that takes the message drops it.
        const refused = notRetried(decoded(seen), seen && (await challengeOf(seen)), now);
        if (refused !== null || seen === null) return { refused: refused ?? 'unknown' };
        const retried = await changeAsSeen(models, seen, { $set: change });
        if (retried !== null) return { retried };
      }
      return undecided();
    },
    async drop(id, now, outcome) {
      const change = { state: 'dropped', outcome, dueAt: null, leasedBy: null, leasedUntil: null } as const;
      for (let turn = 0; turn < TURNS; turn += 1) {
        const seen = await look(id);
        const refused = notWaiting(decoded(seen), now);
        if (refused !== null || seen === null) return { refused: refused ?? 'unknown' };
        // What was queued with it is not given up with it.
        await batches.unpack(seen);
        const dropped = await changeAsSeen(models, seen, { $set: change });
        if (dropped === null) continue;
        if (seen.challengeId !== null) await relay.release(seen.challengeId, id);
        return { dropped };
      }
      return undecided();
    },
  };
}

const decoded = (stored: MessageDocument | null): Message | null => (stored === null ? null : toMessage(stored));

/** How often workers may come in between while somebody decides about a message. */
const TURNS = 20;

/** A message was changed each time between the look and the write. */
function undecided(): never {
  throw storeUnavailable(new Error('the message did not hold still'));
}

/** One conditional write. @returns null when somebody has leased, settled or changed the message since it was looked at */
async function changeAsSeen(
  { outbox }: Models,
  { _id, state, dueAt }: MessageDocument,
  change: UpdateQuery<MessageDocument>,
): Promise<Message | null> {
  return decoded(
    await outbox.findOneAndUpdate({ _id, state, dueAt }, change, { returnDocument: 'after' }).lean<MessageDocument>(),
  );
}

async function list({ outbox }: Models, filter: MessageFilter, limit: number): Promise<Message[]> {
  const { state, channel, clientId, to, before } = filter;
  if (to !== undefined && channel !== undefined && to.channel !== channel) return [];
  const asked: QueryFilter<MessageDocument> = {
    ...(state === undefined ? {} : { state }),
    ...(channel === undefined ? {} : { 'to.channel': channel }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(to === undefined ? {} : { 'to.channel': to.channel, 'to.value': to.value }),
    // Bounded in any case for the sake of the index, which begins with it.
    ...(before === undefined
      ? { createdAt: atLeast(new Date(0)) }
      : olderThan<MessageDocument>('createdAt', new Date(before.at), before.id)),
  };
  const query = outbox.find(asked).sort({ createdAt: -1, _id: -1 });
  return (await query.limit(limit).lean<MessageDocument[]>()).map(toMessage);
}
