import type { Channel } from '../domain/identifier.ts';

/** A rendered message on its way out. */
export interface OutgoingMessage {
  /** Stable over retries: the same message twice carries the same one, so that mail programs show it once. */
  readonly messageId: string;
  /** The canonical identifier; the only recipient. */
  readonly to: string;
  /** Not worth delivering after; milliseconds since the epoch. */
  readonly notAfter: number;
  readonly senderName: string;
  readonly subject: string;
  readonly text: string;
  /** Null on channels without it. */
  readonly html: string | null;
  /** For the dev inbox only; real senders ignore them. */
  readonly code: string | null;
  readonly link: string | null;
}

/** What a sender says about one try. A refusal that a later try cannot change is permanent. */
export type DeliveryResult =
  | { readonly outcome: 'accepted'; readonly detail: string }
  | { readonly outcome: 'transient'; readonly detail: string }
  | { readonly outcome: 'permanent'; readonly detail: string };

/**
 * One way to hand messages to the world, for one channel. It answers, it does not throw: what a provider says is data.
 * `detail` never holds the address or the content.
 */
export interface Sender {
  readonly channel: Channel;
  send(message: OutgoingMessage): Promise<DeliveryResult>;
  close(): Promise<void>;
}
