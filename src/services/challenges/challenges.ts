import { attemptsLeft, type Challenge, type ChallengeRefusal, resendDelay } from '../../domain/challenge.ts';
import { Problem, type ProblemCode } from '../../domain/errors.ts';
import type { Channel, Identifier } from '../../domain/identifier.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Store } from '../../ports/store.ts';
import type { AbuseLimits } from '../budgets/abuse-limits.ts';
import type { Caller } from '../caller.ts';
import type { Audit } from '../trail/audit.ts';
import type { Vault } from '../vault.ts';
import { type ChallengeRules, messageFor, newChallenge, type OpenRequest, type SlotRequest, slotOf } from './birth.ts';
import { type ChallengeLinks, createChallengeLinks } from './links.ts';
import { codeOf, isCodeOf } from './secrets.ts';

export interface Challenges extends ChallengeLinks {
  /**
   * Opens a challenge and queues its message, if one is to be sent: both or neither.
   * @throws Problem `too_many_requests` when a send budget is spent
   */
  open(request: OpenRequest, caller: Caller): Promise<Challenge>;
  /** Nobody, in place of an identifier that an account turns out not to have; the same for the same person. */
  standInFor(given: Identifier, channel: Channel): Identifier;
  /** The newest challenge of an interaction, in whatever state. */
  ofInteraction(interactionId: string): Promise<Challenge | null>;
  /** The open challenge that a code over an API can be meant for, where nothing names it but this; null when there is none. */
  ofApi(target: ApiTarget): Promise<Challenge | null>;
  /** What is in the place of one that there is none of: it is stored nowhere, and nothing is right for it. */
  nobodys(target: ApiTarget, caller: Caller): Challenge;
  /**
   * Sends the same code again; neither life nor attempts change.
   * @throws Problem `resend_too_early`, `too_many_requests`, `code_expired`, `code_superseded`, `code_exhausted`
   */
  resend(challenge: Challenge, caller: Caller): Promise<Challenge>;
  /**
   * Counts the attempt, compares, and proves: exactly one caller gets the proven challenge.
   * @throws Problem `code_invalid` (with `left`), `code_exhausted`, `code_expired`, `code_superseded`, `too_many_requests`
   */
  prove(challenge: Challenge, typed: unknown, caller: Caller): Promise<Challenge>;
  /** Closes a challenge that nobody will answer any more. */
  abandon(challenge: Challenge): Promise<void>;
  /** The code of a challenge, derived; null when its pepper was dropped from `SECRET`. Delivery calls it, and who may be handed codes. */
  codeOf(challenge: Challenge): string | null;
}

/** All that names a challenge over an API. */
export type ApiTarget = Omit<SlotRequest, 'interactionId'>;

interface Deps {
  readonly rules: ChallengeRules;
  /** What links begin with. */
  readonly issuer: string;
  readonly store: Store;
  readonly vault: Vault;
  readonly limits: AbuseLimits;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly random: Random;
  /** Told when a message is waiting. */
  readonly queued: () => void;
}

const problemOf: Record<ChallengeRefusal, ProblemCode> = {
  unknown: 'code_expired',
  expired: 'code_expired',
  superseded: 'code_superseded',
  proven: 'code_superseded',
  exhausted: 'code_exhausted',
};

export function createChallenges(deps: Deps): Challenges {
  return {
    open: (request, caller) => open(deps, request, caller),
    standInFor(given, channel) {
      const way = deps.limits.wayOf({ identifier: { channel, value: '' }, askedAs: given });
      return { channel, value: `none:${way}` };
    },
    ofApi: (target) =>
      deps.store.challenges.findOpenInSlot(slotOf(deps, { ...target, interactionId: null }), deps.clock.now()),
    nobodys(target, caller) {
      const request = { ...target, proof: 'code' as const, interactionId: null, locale: 'en', decoy: true };
      return newChallenge(deps, request, caller);
    },
    ofInteraction: (interactionId) => deps.store.challenges.findByInteraction(interactionId),
    resend: (challenge, caller) => resend(deps, challenge, caller),
    prove: (challenge, typed, caller) => prove(deps, challenge, typed, caller),
    abandon: ({ id }) => deps.store.challenges.supersede(id),
    codeOf: (challenge) => codeOf(deps.vault, challenge),
    ...createChallengeLinks(deps),
  };
}

async function open(deps: Deps, asked: OpenRequest, caller: Caller): Promise<Challenge> {
  // Asked for decoys, too: they take as long.
  const keptBack = await isKeptBack(deps, asked);
  const request = { ...asked, decoy: asked.decoy || keptBack };
  const challenge = newChallenge(deps, request, caller);
  const keep = request.interactionId === null ? 1 : deps.rules.openPerSlot;
  const spends = deps.limits.sending(request, caller);
  const message = request.send === false ? null : messageFor(deps, challenge);
  const result = await deps.store.challenges.open(challenge, message, keep, spends);
  if ('refused' in result) throw deps.limits.refusal(result, { ...request, caller });
  deps.audit.record({ type: 'challenge.opened', ...request, caller });
  if (message !== null) deps.queued();
  return result.opened;
}

/** What was asked for in another name goes out only if it may go to whom it reaches, and nobody is told. */
const isKeptBack = async ({ limits }: Deps, asked: Parameters<AbuseLimits['admitUnseen']>[0]): Promise<boolean> =>
  asked.askedAs != null && !(await limits.admitUnseen(asked));

async function resend(deps: Deps, challenge: Challenge, caller: Caller): Promise<Challenge> {
  const { rules } = deps;
  const now = deps.clock.now();
  const wait = resendDelay(challenge.sends + 1, rules.resendSeconds * 1000, rules.resendCapSeconds * 1000);
  const spends = deps.limits.sending(challenge, caller);
  const isDue = challenge.sends < challenge.maxSends && challenge.nextSendAt <= now;
  const keptBack = isDue && (await isKeptBack(deps, challenge));
  const message = messageFor(deps, { ...challenge, decoy: challenge.decoy || keptBack });
  const result = await deps.store.challenges.resend(challenge.id, now, now + wait, message, spends);
  if ('resent' in result) {
    deps.audit.record({ type: 'challenge.resent', ...challenge, caller });
    deps.queued();
    return result.resent;
  }
  if (result.refused === 'budget') throw deps.limits.refusal(result, { ...challenge, caller });
  if (result.refused === 'no_sends_left') throw new Problem('code_exhausted');
  if (result.refused !== 'too_early') throw new Problem(problemOf[result.refused]);
  const seconds = Math.max(1, Math.ceil((result.challenge.nextSendAt - now) / 1000));
  throw new Problem('resend_too_early', { retryAfter: seconds, params: { seconds } });
}

async function prove(deps: Deps, asked: Challenge, typed: unknown, caller: Caller): Promise<Challenge> {
  const now = deps.clock.now();
  const result = await deps.store.challenges.claimAttempt(asked.id, now, deps.limits.guessing(asked, caller));
  // Derived and compared even when the claim was refused: no answer is faster than another.
  const challenge = 'claimed' in result ? result.claimed : asked;
  const right = isCodeOf(deps.vault, challenge, typed);
  if ('refused' in result) {
    if (result.refused === 'budget') throw deps.limits.refusal(result, { ...asked, caller });
    throw failed(deps, asked, caller, new Problem(problemOf[result.refused]));
  }
  if (!right) throw failed(deps, challenge, caller, wrong(challenge));
  const { refund, reset } = deps.limits.guessedRight(challenge, caller);
  if (!(await deps.store.challenges.prove(challenge.id, now, refund, reset))) {
    throw failed(deps, challenge, caller, new Problem('code_superseded'));
  }
  deps.audit.record({ type: 'challenge.proven', ...challenge, caller });
  return { ...challenge, state: 'proven' };
}

function wrong(challenge: Challenge): Problem {
  const left = attemptsLeft(challenge);
  return left === 0 ? new Problem('code_exhausted') : new Problem('code_invalid', { params: { left } });
}

function failed(deps: Deps, challenge: Challenge, caller: Caller, problem: Problem): Problem {
  deps.audit.record({ type: 'challenge.failed', ...challenge, caller, reason: problem.code });
  return problem;
}
