import { Problem } from '../../domain/errors.ts';
import { type Message, notRetried, notWaiting } from '../../domain/message.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeskRefusal, MessageFilter } from '../../ports/store/outbox.ts';
import type { Store } from '../../ports/store.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Audit } from '../trail/audit.ts';

/** A message, and what may be done with it now. */
export interface MessageAtHand {
  readonly message: Message;
  readonly mayRetry: boolean;
  readonly mayDrop: boolean;
}

/** Where a page of messages ends. */
export type OutboxPosition = NonNullable<MessageFilter['before']>;

/** The outbox for administrators: what waits, what went, what could not. Nobody reads a code or a text here. */
export interface OutboxDesk {
  /**
   * Newest first. Messages are kept as long as what they carry is of use.
   * @returns at most so many messages; `next` is null when there are no more
   */
  list(
    filter: Omit<MessageFilter, 'before'>,
    after: OutboxPosition | null,
    limit: number,
  ): Promise<{ readonly messages: readonly Message[]; readonly next: OutboxPosition | null }>;
  /** How many wait. */
  backlog(): Promise<number>;
  /** @throws Problem `not_found` */
  find(id: string): Promise<MessageAtHand>;
  /**
   * Sends a message now that has failed or waits for a later try. What was accepted is never sent again, and what is of no
   * use any more is not brought back: whoever needs a code asks for a new one.
   *
   * @throws Problem `not_found`, `message_in_work`, `message_settled`, `message_worthless`
   */
  retry(id: string, by: AdminActor): Promise<Message>;
  /** Gives up a message that waits. @throws Problem `not_found`, `message_in_work`, `message_settled` */
  drop(id: string, by: AdminActor): Promise<Message>;
}

interface Deps {
  readonly store: Pick<Store, 'outbox' | 'challenges'>;
  readonly clock: Clock;
  readonly audit: Pick<Audit, 'record'>;
  /** Told when messages are waiting. */
  readonly queued: () => void;
}

const PROBLEM_OF = {
  unknown: 'not_found',
  in_work: 'message_in_work',
  settled: 'message_settled',
  worthless: 'message_worthless',
} as const satisfies Record<DeskRefusal, string>;

const DROPPED_BY_HAND = 'given up by an administrator';

export function createOutboxDesk({ store, clock, audit, queued }: Deps): OutboxDesk {
  const record = (type: 'message.retried' | 'message.dropped', { id, clientId, to }: Message, by: AdminActor): void =>
    audit.record({ type, by, clientId, identifier: to, object: `message:${id}` });
  return {
    backlog: () => store.outbox.backlog(),
    async list(filter, after, limit) {
      const found = await store.outbox.list({ ...filter, ...(after === null ? {} : { before: after }) }, limit + 1);
      const messages = found.slice(0, limit);
      const last = messages.at(-1);
      const next = last === undefined || found.length <= limit ? null : { at: last.createdAt, id: last.id };
      return { messages, next };
    },
    async find(id) {
      const message = await store.outbox.find(id);
      if (message === null) throw new Problem('not_found');
      const challenge = message.challengeId === null ? null : await store.challenges.find(message.challengeId);
      const now = clock.now();
      return {
        message,
        mayRetry: notRetried(message, challenge, now) === null,
        mayDrop: notWaiting(message, now) === null,
      };
    },
    async retry(id, by) {
      const answer = await store.outbox.retry(id, clock.now());
      if ('refused' in answer) throw new Problem(PROBLEM_OF[answer.refused]);
      queued();
      record('message.retried', answer.retried, by);
      return answer.retried;
    },
    async drop(id, by) {
      const answer = await store.outbox.drop(id, clock.now(), DROPPED_BY_HAND);
      if ('refused' in answer) throw new Problem(PROBLEM_OF[answer.refused]);
      record('message.dropped', answer.dropped, by);
      return answer.dropped;
    },
  };
}
