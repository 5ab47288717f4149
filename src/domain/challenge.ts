import type { CodeShape } from './code.ts';
import type { Identifier } from './identifier.ts';
import type { Intent } from './intent.ts';
import type { MessageContent } from './message-content.ts';

/** Why somebody has to prove an identifier. It is inside the code's MAC: a code of one purpose is void for another. */
export type Purpose = 'sign-in' | 'second-factor' | 'add-identifier' | 'approve';

export type ChallengeState = 'open' | 'proven' | 'superseded';

/** What a message carries: the code to type, the link to open, or both. The code exists in any case. */
export type ProofKind = 'code' | 'link' | 'both';

/**
 * One pending proof that somebody controls an identifier; the only thing a code or a link can be checked against
 * (design §4). All times are milliseconds since the epoch.
 */
export interface Challenge {
  readonly id: string;
  /** 128 random bits, base64url; enters the MAC and is never shown. */
  readonly nonce: string;
  /** Which pepper of the list derives this challenge's code; a rotation kills no pending code. */
  readonly pepperId: string;
  readonly purpose: Purpose;
  readonly identifier: Identifier;
  /**
   * What the person gave when the identifier is another one of the same account, which they must not learn from this
   * (they asked for the other channel); null when `identifier` is what they gave.
   */
  readonly askedAs: Identifier | null;
  /** Whose second factor or new identifier this is about; null for a sign-in, which finds its account when it is proven. */
  readonly accountId: string | null;
  readonly clientId: string;
  /**
   * The network that asked, IPv6 by /64: whoever opens the link elsewhere is told whether it is their own. Null
   * where it is not known.
   */
  readonly askedFrom: string | null;
  /** The interaction it was born in, or null for one asked for over an API. Nothing else can spend it. */
  readonly interactionId: string | null;
  /** Challenges of one slot compete: opening one supersedes the oldest beyond what the slot may hold. */
  readonly slot: string;
  readonly shape: CodeShape;
  readonly proof: ProofKind;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly sends: number;
  readonly maxSends: number;
  /** No resend before this moment. */
  readonly nextSendAt: number;
  readonly createdAt: number;
  /** Fixed at birth: neither a resend nor anything else moves it. */
  readonly expiresAt: number;
  readonly state: ChallengeState;
  /** The last delivery has failed for good: nobody should wait for it. */
  readonly undelivered: boolean;
  /** True when no message may go out: sign-up is closed or the account is disabled. Looks the same outside. */
  readonly decoy: boolean;
  /** BCP 47 tag frozen at birth; page and messages of this challenge share it. */
  readonly locale: string;
  /** What a sign-in over an API was asked for with; null for one in a browser, where the interaction knows it. */
  readonly intent: Intent | null;
  /** What its messages say in place of what client and installation are set to; null when nothing was given. */
  readonly content: MessageContent | null;
}

/** Why an attempt or a resend was not granted. */
export type ChallengeRefusal = 'unknown' | 'expired' | 'superseded' | 'proven' | 'exhausted';

/**
 * Decides from the record alone, never from what garbage collection has or has not deleted.
 * Returns null when a further attempt may be made.
 *
 * @param now milliseconds since the epoch
 */
export function refuseAttempt(challenge: Challenge | null, now: number): ChallengeRefusal | null {
  if (challenge === null) return 'unknown';
  if (challenge.state !== 'open') return challenge.state;
  if (challenge.expiresAt <= now) return 'expired';
  return challenge.attempts >= challenge.maxAttempts ? 'exhausted' : null;
}

/** What the person gave, and the only identifier that a page of theirs may show. */
export const givenIdentifier = ({ askedAs, identifier }: Challenge): Identifier => askedAs ?? identifier;

/** Attempts left before the challenge is spent. */
export const attemptsLeft = (challenge: Challenge): number => Math.max(0, challenge.maxAttempts - challenge.attempts);

/**
 * When the send after the given one may happen: the cool-down doubles from `firstMs` and stays below `capMs`
 * (R-15; wish 4).
 *
 * @param sends how many messages the challenge has sent by now, ≥ 1
 */
export const resendDelay = (sends: number, firstMs: number, capMs: number): number =>
  Math.min(capMs, firstMs * 2 ** Math.max(0, sends - 1));

/**
 * Two letters or digits that page and message both show, so that a person can tell this request's mail from an older
 * one's. It says nothing about the code: the id is not part of what has to be guessed.
 */
export function referenceTag(challengeId: string): string {
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  let sum = 0;
  for (const char of challengeId) sum = (sum * 31 + char.charCodeAt(0)) % (alphabet.length * alphabet.length);
  return alphabet.charAt(Math.floor(sum / alphabet.length)) + alphabet.charAt(sum % alphabet.length);
}
