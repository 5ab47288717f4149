import type { Challenge } from '../../domain/challenge.ts';
import type { Message } from '../../domain/message.ts';

/** What became of a leased message. */
export type Settlement =
  | { readonly state: 'accepted' | 'failed' | 'dropped'; readonly outcome: string }
  | { readonly state: 'queued'; readonly outcome: string; readonly notBefore: number };

/** A message in work, and the challenge it is about: null when it has none or it is gone. */
export interface Leased {
  readonly message: Message;
  readonly challenge: Challenge | null;
}

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
}
