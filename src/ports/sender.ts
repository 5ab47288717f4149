import type { Channel } from '../domain/identifier.ts';
import type { LogoType } from '../domain/message-content.ts';

/** A picture inside a mail, which its HTML shows as `cid:` and its content id (RFC 2392). */
export interface InlineImage {
  readonly contentId: string;
  readonly type: LogoType;
  readonly base64: string;
}

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
  /** What the HTML shows; none on channels without it. */
  readonly images: readonly InlineImage[];
  /** What phones may show as the sender; null leaves it to the installation. Mail has none. */
  readonly senderId: string | null;
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
