import type { Channel } from '../../domain/identifier.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sender } from '../../ports/sender.ts';

/** A message that stayed here instead of going out; the fields of `GET /dev/inbox.json`. */
export interface DevMessage {
  readonly id: string;
  readonly to: string;
  readonly channel: Channel;
  readonly subject: string;
  readonly text: string;
  /** Null on channels without it. */
  readonly html: string | null;
  readonly code: string | null;
  readonly link: string | null;
  /** ISO 8601, UTC. */
  readonly sentAt: string;
}

/** What development and tests read instead of a mailbox or a phone. Production never has one. */
export interface DevInbox {
  /** A sender whose messages arrive here. */
  sender(channel: Channel): Sender;
  /**
   * The messages kept, newest first.
   * @param to only those to this canonical address or number
   */
  list(to?: string): DevMessage[];
}

/**
 * Creates an inbox in memory. It holds the last `capacity` messages over all channels; older ones are forgotten.
 */
export function createDevInbox({ clock, capacity = 200 }: { clock: Clock; capacity?: number }): DevInbox {
  const newestFirst: DevMessage[] = [];
  return {
    sender: (channel) => ({
      channel,
      async send({ messageId, to, subject, text, html, code, link }) {
        const sentAt = new Date(clock.now()).toISOString();
        newestFirst.unshift({ id: messageId, to, channel, subject, text, html, code, link, sentAt });
        newestFirst.splice(capacity);
        return { outcome: 'accepted', detail: 'kept in the dev inbox' };
      },
      async close() {},
    }),
    list: (to) => newestFirst.filter((message) => to === undefined || message.to === to),
  };
}
