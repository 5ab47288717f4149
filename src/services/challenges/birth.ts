import { type Challenge, type ProofKind, type Purpose, resendDelay } from '../../domain/challenge.ts';
import { DIGITS } from '../../domain/code.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { Intent } from '../../domain/intent.ts';
import type { Message } from '../../domain/message.ts';
import type { MessageContent } from '../../domain/message-content.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { AbuseLimits } from '../budgets/abuse-limits.ts';
import type { Caller } from '../caller.ts';
import type { Vault } from '../vault.ts';

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
  /** What a sign-in over an API was asked for with. */
  readonly intent?: Intent;
  /** What the message says in place of what client and installation are set to. */
  readonly content?: MessageContent;
  /** False when the code is handed to whoever asks, and nothing is sent, now or later. It costs what a message costs. */
  readonly send?: boolean;
  /** Seconds that it may live instead of what is set, as far as a short code may live at all. */
  readonly lifetimeSeconds?: number;
  /** What the audit trail says of it besides. */
  readonly reason?: string;
}

/** What decides the slot of a challenge. */
export type SlotRequest = Pick<
  OpenRequest,
  'identifier' | 'askedAs' | 'accountId' | 'clientId' | 'purpose' | 'interactionId'
>;

interface BirthDeps {
  readonly rules: ChallengeRules;
  readonly vault: Vault;
  readonly limits: Pick<AbuseLimits, 'wayOf'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Which challenges compete: one interaction's or API's, for one purpose, by one way, at one client. */
export const slotOf = (
  { vault, limits }: Pick<BirthDeps, 'vault' | 'limits'>,
  { clientId, purpose, interactionId, accountId, ...target }: SlotRequest,
): string => {
  const born = interactionId === null ? 'api' : 'browser';
  return vault.fingerprint([born, clientId, purpose, limits.wayOf(target), accountId ?? ''].join('\n'));
};

/** An open challenge as it is asked for, not yet stored. */
export function newChallenge(deps: BirthDeps, request: OpenRequest, caller: Caller): Challenge {
  const { rules, random } = deps;
  const now = deps.clock.now();
  const { identifier, clientId, purpose, proof, interactionId, locale, decoy } = request;
  const isSent = request.send !== false;
  return {
    id: random.id(),
    nonce: random.bytes(16).toString('base64url'),
    pepperId: deps.vault.peppers[0].id,
    purpose,
    identifier,
    askedAs: request.askedAs ?? null,
    accountId: request.accountId ?? null,
    clientId,
    askedFrom: caller.isClient === true ? null : caller.network,
    interactionId,
    slot: slotOf(deps, request),
    shape: { alphabet: DIGITS, length: rules.codeLength },
    proof,
    attempts: 0,
    maxAttempts: rules.maxAttempts,
    sends: isSent ? 1 : 0,
    maxSends: isSent ? rules.maxSends : 0,
    nextSendAt: now + resendDelay(1, rules.resendSeconds * 1000, rules.resendCapSeconds * 1000),
    createdAt: now,
    expiresAt: now + lifetimeOf(deps, request) * 1000,
    state: 'open',
    undelivered: false,
    decoy,
    locale,
    intent: request.intent ?? null,
    content: request.content ?? null,
  };
}

/** No code and no link works longer than this, in seconds. */
const LONGEST_LIFE = 600;

const lifetimeOf = ({ rules }: BirthDeps, { lifetimeSeconds }: OpenRequest): number =>
  Math.min(LONGEST_LIFE, lifetimeSeconds ?? rules.lifetimeSeconds);

/** A message that carries the code of a challenge, to be sent now. */
export function messageFor(deps: Pick<BirthDeps, 'clock' | 'random'>, challenge: Challenge): Message {
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
