import type { AdminRole } from './administration.ts';
import type { Identifier } from './identifier.ts';

/** Which text a message is made from: a folder of `views/mail` or `views/sms`. */
export type MessageTemplate = 'code' | 'notice' | 'invitation';

/** A change to an account that its owner is told of at an identifier that had no part in it. */
export type AccountNotice = 'identifier_added' | 'identifier_removed' | 'primary_changed' | 'account_deleted';

/** What somebody is told who is no part of a sign-in. */
export interface Notice {
  /** What has changed, or as what somebody was invited to administer. */
  readonly kind: AccountNotice | `invited_as_${AdminRole}`;
  /** The identifier it is about, masked; of an invitation, who has made it. */
  readonly identifier: string;
  /** Until when the change does not count as a second factor, in milliseconds since the epoch; left out when it does. */
  readonly heldUntil?: number;
}

/**
 * A text of an administrator with what belongs in its places. Both are data: what is filled in is not looked through
 * again, and nothing else in the text means anything.
 *
 * @param text with `{otp}` and `{app}`, any number of times
 */
export const filledIn = (text: string, values: { readonly otp: string; readonly app: string }): string =>
  text.replace(/\{(otp|app)\}/g, (_place, name: keyof typeof values) => values[name]);

export type MessageState = 'queued' | 'leased' | 'accepted' | 'failed' | 'dropped';

/**
 * An outgoing mail or SMS in the outbox. It names its challenge and holds no code: the worker derives it at the moment
 * of sending. All times are milliseconds since the epoch.
 */
export interface Message {
  readonly id: string;
  /** Null for notices that carry no code. */
  readonly challengeId: string | null;
  readonly template: MessageTemplate;
  /** What a notice or an invitation says; null for codes. */
  readonly notice: Notice | null;
  readonly to: Identifier;
  readonly clientId: string;
  readonly locale: string;
  /** Never delivered, but counted and processed like any other. */
  readonly decoy: boolean;
  readonly state: MessageState;
  /** Deliveries tried so far. */
  readonly tries: number;
  readonly createdAt: number;
  /** Not to be tried before. */
  readonly notBefore: number;
  /** Not worth delivering after; the end of the challenge's life. */
  readonly notAfter: number;
  /** Who works on it until when; a worker that died loses it then. */
  readonly leasedBy: string | null;
  readonly leasedUntil: number | null;
  /** What the last try ended with; no address, no content. */
  readonly outcome: string | null;
}
