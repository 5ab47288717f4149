import {
  attemptsLeft,
  type Challenge,
  type ChallengeRefusal,
  type ProofKind,
  type Purpose,
  resendDelay,
} from '../domain/challenge.ts';
import { DIGITS } from '../domain/code.ts';
import { Problem, type ProblemCode } from '../domain/errors.ts';
import type { Channel, Identifier } from '../domain/identifier.ts';
import type { Message } from '../domain/message.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Store } from '../ports/store.ts';
import type { AbuseLimits } from './abuse-limits.ts';
import type { Audit } from './audit.ts';
import type { Caller } from './caller.ts';
import { type ChallengeLinks, createChallengeLinks } from './challenge-links.ts';
import { codeOf, isCodeOf } from './challenge-secrets.ts';
import type { Vault } from './vault.ts';

/** The configured sizes of a challenge (requirements 0.1). */
export interface ChallengeRules {
  readonly codeLength: number;
  readonly lifetimeSeconds: number;
  readonly maxAttempts: number;
  readonly resendSeconds: number;
  readonly resendCapSeconds: number;
  readonly maxSends: number;
  /** Open challenges of one identifier and client in browsers; over an API it is always one. */
  readonly openPerSlot: number;
}

export interface OpenRequest {
  readonly identifier: Identifier;
  /** What was given instead of the identifier; see `Challenge.askedAs`. */
  readonly askedAs?: Identifier;
  /** Whose second factor or new identifier; none for a sign-in. */
  readonly accountId?: string;
  readonly clientId: string;
  readonly purpose: Purpose;
  /** What the message carries. */
  readonly proof: ProofKind;
  /** Null when asked for over an API. */
  readonly interactionId: string | null;
  readonly locale: string;
  /** Looks and costs the same, and nothing is delivered. */
  readonly decoy: boolean;
}

export interface Challenges extends ChallengeLinks {
  /**
   * Opens a challenge and queues its message, both or neither.
   * @throws Problem `too_many_requests` when a send budget is spent
   */
  open(request: OpenRequest, caller: Caller): Promise<Challenge>;
  /** Nobody, in place of an identifier that an account turns out not to have; the same for the same person. */
  standInFor(given: Identifier, channel: Channel): Identifier;
  /** The newest challenge of an interaction, in whatever state. */
  ofInteraction(interactionId: string): Promise<Challenge | null>;
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
  /** The code of a challenge, derived; null when its pepper was dropped from `SECRET`. Only delivery calls it. */
  codeOf(challenge: Challenge): string | null;
}

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
  const result = await deps.store.challenges.open(challenge, messageFor(deps, challenge), keep, spends);
  if ('refused' in result) throw deps.limits.refusal(result, { ...request, caller });
  deps.audit.record({ type: 'challenge.opened', ...request, caller });
  deps.queued();
  return result.opened;
}

/** What was asked for in another name goes out only if it may go to whom it reaches, and nobody is told. */
const isKeptBack = async ({ limits }: Deps, asked: Parameters<AbuseLimits['admitUnseen']>[0]): Promise<boolean> =>
  asked.askedAs != null && !(await limits.admitUnseen(asked));

function newChallenge(deps: Deps, request: OpenRequest, caller: Caller): Challenge {
  const { rules, random } = deps;
  const now = deps.clock.now();
  const { identifier, clientId, purpose, proof, interactionId, locale, decoy } = request;
  const born = interactionId === null ? 'api' : 'browser';
  return {
    id: random.id(),
    nonce: random.bytes(16).toString('base64url'),
    pepperId: deps.vault.peppers[0].id,
    purpose,
    identifier,
    askedAs: request.askedAs ?? null,
    accountId: request.accountId ?? null,
    clientId,
    askedFrom: caller.network,
    interactionId,
    slot: deps.vault.fingerprint(
      [born, clientId, purpose, deps.limits.wayOf(request), request.accountId ?? ''].join('\n'),
    ),
    shape: { alphabet: DIGITS, length: rules.codeLength },
    proof,
    attempts: 0,
    maxAttempts: rules.maxAttempts,
    sends: 1,
    maxSends: rules.maxSends,
    nextSendAt: now + resendDelay(1, rules.resendSeconds * 1000, rules.resendCapSeconds * 1000),
    createdAt: now,
    expiresAt: now + rules.lifetimeSeconds * 1000,
    state: 'open',
    undelivered: false,
    decoy,
    locale,
  };
}

function messageFor(deps: Deps, challenge: Challenge): Message {
  return {
    id: deps.random.id(),
    challengeId: challenge.id,
    template: 'code',
    notice: null,
    to: challenge.identifier,
    clientId: challenge.clientId,
    locale: challenge.locale,
    decoy: challenge.decoy,
    state: 'queued',
    tries: 0,
    createdAt: deps.clock.now(),
    notBefore: deps.clock.now(),
    notAfter: challenge.expiresAt,
    leasedBy: null,
    leasedUntil: null,
    outcome: null,
  };
}

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
