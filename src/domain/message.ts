import type { AdminRole } from './administration.ts';
import type { Challenge } from './challenge.ts';
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

export const MESSAGE_STATES = ['queued', 'leased', 'accepted', 'failed', 'dropped'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

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

/**
 * Why nobody needs a message any more; null when it is worth sending. Exhausted attempts are no reason: a link costs none.
 *
 * @param challenge the one it is about, as it is now; null when it is gone
 * @param now milliseconds since the epoch
 */
export function uselessness(
  { notAfter, challengeId }: Pick<Message, 'notAfter' | 'challengeId'>,
  challenge: Pick<Challenge, 'state'> | null,
  now: number,
): string | null {
  if (notAfter <= now) return 'expired';
  if (challengeId === null) return null;
  if (challenge === null) return 'challenge gone';
  return challenge.state === 'open' ? null : `challenge ${challenge.state}`;
}

/** Why nobody may take a message from the queue by hand; null when it waits. @param now milliseconds since the epoch */
export function notWaiting(
  message: Pick<Message, 'state' | 'leasedUntil'> | null,
  now: number,
): 'unknown' | 'in_work' | 'settled' | null {
  if (message === null) return 'unknown';
  const { state, leasedUntil } = message;
  if (state === 'queued' || (state === 'leased' && leasedUntil !== null && leasedUntil <= now)) return null;
  return state === 'leased' ? 'in_work' : 'settled';
}

/** Why a message cannot be sent anew; null when it has failed, or waits, and is worth sending (`uselessness`). */
export function notRetried(
  message: Message | null,
  challenge: Pick<Challenge, 'state'> | null,
  now: number,
): 'unknown' | 'in_work' | 'settled' | 'worthless' | null {
  const refused = message?.state === 'failed' ? null : notWaiting(message, now);
  if (refused !== null || message === null) return refused;
  return uselessness(message, challenge, now) === null ? null : 'worthless';
}
