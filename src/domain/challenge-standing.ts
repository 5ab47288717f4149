import { attemptsLeft, type Challenge, referenceTag, refuseAttempt } from './challenge.ts';

/** What the page of a code says about it. */
export interface ChallengeStanding {
  /** The mark that page and message share. */
  readonly reference: string;
  readonly codeLength: number;
  /** Null until a wrong code was entered. */
  readonly attemptsLeft: number | null;
  /** Seconds until the code expires. */
  readonly expiresIn: number;
  /** Seconds until the same code can be sent again, 0 = now, null = never. */
  readonly resendIn: number | null;
  /** The code can no longer be entered. */
  readonly ended: boolean;
}

/** @param now milliseconds since the epoch */
export const standingOf = (challenge: Challenge, now: number): ChallengeStanding => ({
  reference: referenceTag(challenge.id),
  codeLength: challenge.shape.length,
  attemptsLeft: challenge.attempts === 0 ? null : attemptsLeft(challenge),
  expiresIn: secondsUntil(challenge.expiresAt, now),
  resendIn: challenge.sends >= challenge.maxSends ? null : secondsUntil(challenge.nextSendAt, now),
  ended: refuseAttempt(challenge, now) !== null,
});

const secondsUntil = (moment: number, now: number): number => Math.max(0, Math.ceil((moment - now) / 1000));
