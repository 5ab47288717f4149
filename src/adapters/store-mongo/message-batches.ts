import type { Message } from '../../domain/message.ts';
import type { Log } from '../../ports/log.ts';
import { type MessageDocument, toMessageDocument } from './documents/message.ts';
import type { Models } from './models.ts';
import { kindOf } from './unavailable.ts';
import { insertNew } from './writes.ts';

/**
 * How several messages are queued in one write: the first one to be due carries the others, until they have documents
 * of their own. Who dies in between leaves that to the worker that takes the carrier: before it is delivered, what it
 * carries is there as well.
 */
export interface MessageBatches {
  /** Queues them all or, rejecting, none. */
  add(messages: readonly Message[]): Promise<void>;
  /** Gives what a message carries documents of their own. Can be done again and by several at once. */
  unpack(carrier: MessageDocument): Promise<void>;
}

export function createMessageBatches({ outbox }: Models, log: Log | undefined): MessageBatches {
  const unpack = async ({ _id, carried = [] }: MessageDocument): Promise<void> => {
    if (carried.length === 0) return;
    // The id makes it one message, however many copy it; once it was settled it stays until it is of no use any more.
    await Promise.all(carried.map((message) => insertNew(outbox, message)));
    await outbox.updateOne({ _id }, { $unset: { carried: true } });
  };
  return {
    async add(messages) {
      const [first, ...others] = [...messages].sort((one, other) => one.notBefore - other.notBefore);
      if (first === undefined) return;
      const alone = toMessageDocument(first);
      const carrier = others.length === 0 ? alone : { ...alone, carried: others.map(toMessageDocument) };
      if (!(await insertNew(outbox, carrier))) throw new Error('a message of this id is there already');
      await unpack(carrier).catch((error: unknown) => {
        log?.warn({ reason: kindOf(error) }, 'messages were left to the next worker');
      });
    },
    unpack,
  };
}
