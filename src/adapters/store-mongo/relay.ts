import type { Message } from '../../domain/message.ts';
import type { Log } from '../../ports/log.ts';
import { between } from './comparisons.ts';
import type { ChallengeDocument, Outgoing } from './documents/challenge.ts';
import { toMessageDocument } from './documents/message.ts';
import type { Models } from './models.ts';
import { kindOf } from './unavailable.ts';
import { insertNew } from './writes.ts';

/** How long a message may lie in its challenge before somebody else looks after it, in milliseconds. */
const PATIENCE_MS = 5_000;

/**
 * How messages get from their challenge into the outbox. A challenge and its message are one document at first, hence
 * one write; then the message is copied into the outbox, and leaves the challenge when it is settled. Who dies
 * between the two leaves a message that lies in its challenge for too long, and the next worker copies it.
 */
export interface Relay {
  /** The form in which a message is written with its challenge. */
  outgoing(message: Message): Outgoing;
  /**
   * Copies a message whose challenge is on disk. Never fails: from that write on the message is certain, and a copy that
   * does not succeed now is made later.
   */
  forward(outgoing: Outgoing): Promise<void>;
  /** Copies up to `limit` messages that were left behind. @returns how many challenges had some */
  collect(now: number, limit: number): Promise<number>;
  /** Takes a message that needs no more looking after out of its challenge. */
  release(challengeId: string, messageId: string, changes?: { readonly undelivered: boolean }): Promise<void>;
}

export function createRelay({ challenges, outbox }: Models, log: Log | undefined): Relay {
  const release: Relay['release'] = async (challengeId, messageId, changes) => {
    await challenges.updateOne(
      { _id: challengeId },
      { $pull: { outgoing: { _id: messageId } }, ...(changes === undefined ? {} : { $set: changes }) },
    );
  };

  // The id makes it one message, however many copy it. Once it was settled it stays until its challenge has expired,
  // so that a late copy cannot bring it back.
  const adopt = async (challenge: ChallengeDocument, now: number): Promise<void> => {
    for (const { _id, relayAt, message } of challenge.outgoing) {
      if (relayAt.getTime() > now) continue;
      if (message.notAfter.getTime() > now) await insertNew(outbox, message);
      await release(challenge._id, _id);
    }
  };

  return {
    outgoing: (message) => ({
      _id: message.id,
      relayAt: new Date(message.createdAt + PATIENCE_MS),
      message: toMessageDocument(message),
    }),
    async forward({ message }) {
      await insertNew(outbox, message).catch((error: unknown) => {
        log?.warn({ reason: kindOf(error) }, 'a message was left to the next worker');
      });
    },
    async collect(now, limit) {
      const left = await challenges
        .find({ 'outgoing.relayAt': between(new Date(0), new Date(now)) })
        .limit(limit)
        .lean<ChallengeDocument[]>();
      await Promise.all(left.map((challenge) => adopt(challenge, now)));
      return left.length;
    },
    release,
  };
}
