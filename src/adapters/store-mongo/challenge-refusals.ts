import { type Challenge, type ChallengeRefusal, refuseAttempt } from '../../domain/challenge.ts';
import type { ResendResult } from '../../ports/store/challenges.ts';

type Refused = { readonly refused: ChallengeRefusal; readonly challenge: Challenge | null };

/** Why a challenge as it was read takes no further attempt; null when it does. */
export function attemptRefusal(challenge: Challenge | null, now: number): Refused | null {
  const refused = refuseAttempt(challenge, now);
  return refused === null ? null : { refused, challenge };
}

/** Why a challenge as it was read sends no further message; null when it does. */
export function resendRefusal(
  challenge: Challenge | null,
  now: number,
): Exclude<ResendResult, { resent: Challenge }> | null {
  const refused = attemptRefusal(challenge, now);
  if (refused !== null || challenge === null) return refused;
  // First what no waiting changes.
  if (challenge.sends >= challenge.maxSends) return { refused: 'no_sends_left', challenge };
  return challenge.nextSendAt > now ? { refused: 'too_early', challenge } : null;
}
