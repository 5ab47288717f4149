import type { Challenge } from '../../domain/challenge.ts';
import type { Channel, Identifier } from '../../domain/identifier.ts';
import type { Message, MessageState } from '../../domain/message.ts';

/** What became of a leased message. */
export type Settlement =
  | { readonly state: 'accepted' | 'failed' | 'dropped'; readonly outcome: string }
  | { readonly state: 'queued'; readonly outcome: string; readonly notBefore: number };

/** A message in work, and the challenge it is about: null when it has none or it is gone. */
export interface Leased {
  readonly message: Message;
  readonly challenge: Challenge | null;
}

/** Which messages to read: all conditions must hold. */
export interface MessageFilter {
  readonly state?: MessageState;
  readonly channel?: Channel;
  readonly clientId?: string;
  readonly to?: Identifier;
  /** Only messages before this one's position; from the last page's last message. */
  readonly before?: { readonly at: number; readonly id: string };
}

/** Why a message was left as it is: see `notRetried`, `notWaiting`. */
export type DeskRefusal = 'unknown' | 'in_work' | 'settled' | 'worthless';

export type RetryResult = { readonly retried: Message } | { readonly refused: DeskRefusal };

export type DropResult = { readonly dropped: Message } | { readonly refused: Exclude<DeskRefusal, 'worthless'> };

/** The durable delivery queue: at-least-once, by leases. Messages with a code come to be with their challenge. */
export interface OutboxStore {
  /** Queues messages that belong to no challenge. All of them or none. */
  add(messages: readonly Message[]): Promise<void>;

  /**
   * Takes up to `limit` messages that are due (queued with `notBefore` ≤ now, or leased by somebody whose lease has
   * ended), oldest first, and leases them to `worker`. A message is leased to one worker at a time; each lease counts one try.
   */
  lease(worker: string, now: number, leasedUntil: number, limit: number): Promise<Leased[]>;

  /**
   * Ends a lease. A message that failed leaves its challenge marked as undelivered, one that was accepted as delivered.
   * @returns false when this worker no longer held it; then nothing was written
   */
  settle(id: string, worker: string, settlement: Settlement): Promise<boolean>;

  /** Messages that still wait: queued or leased. */
  backlog(): Promise<number>;

  /** Newest first, by `createdAt` and id. */
  list(filter: MessageFilter, limit: number): Promise<Message[]>;
  /** The message whatever its state, or null. */
  find(id: string): Promise<Message | null>;

  /**
   * Makes a message due at once that has failed or waits for a later try, in one conditional write: of whoever retries, drops
   * or leases it at the same time one wins. What was accepted or dropped is never sent again, and what is of no use any more
   * (`uselessness`) is not brought back.
   */
  retry(id: string, now: number): Promise<RetryResult>;

  /** Gives up a message that waits, in one conditional write: whoever leases it at the same time has it, or nobody. */
  drop(id: string, now: number, outcome: string): Promise<DropResult>;
}
