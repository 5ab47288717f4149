import { type Challenge, refuseAttempt } from '../../domain/challenge.ts';
import { Problem } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { AbuseLimits } from '../budgets/abuse-limits.ts';
import type { Caller } from '../caller.ts';
import type { Audit } from '../trail/audit.ts';
import type { Vault } from '../vault.ts';
import { codeOf, isLinkOf, linkTokenOf } from './secrets.ts';

/**
 * What a link in a message can do. Its token has 256 bits: nobody guesses it, so that it costs no attempt and no budget
 * and works when those of the code are spent.
 */
export interface ChallengeLinks {
  /**
   * The challenge of a link that was asked for over an API, and the token in it.
   *
   * @param handle what stands behind `/link/`
   */
  ofHandle(handle: string): Promise<{ readonly challenge: Challenge | null; readonly token: string }>;
  /**
   * The address in the message, made of the issuer and nothing else; null when the message carries none. Only
   * delivery calls it.
   */
  linkOf(challenge: Challenge): string | null;
  /** Whether this link belongs to this challenge and could prove it now. Changes nothing. */
  isOpenTo(challenge: Challenge | null, token: unknown): challenge is Challenge;
  /** Whether whoever opens the link in another browser could be shown a code that still works. Changes nothing, either. */
  hasCodeFor(challenge: Challenge | null, token: unknown): challenge is Challenge;
  /**
   * Proves by the link, in the browser that asked: of all codes and links at once exactly one caller succeeds.
   * @throws Problem `interaction_expired` with the reason `link`, whatever is wrong
   */
  proveByLink(challenge: Challenge | null, token: unknown, caller: Caller): Promise<Challenge>;
  /**
   * The code, for whoever opened the link in another browser and types it into the one that asked. Spends nothing.
   * @throws Problem `interaction_expired` with the reason `link`
   */
  codeByLink(challenge: Challenge | null, token: unknown, caller: Caller): string;
}

interface Deps {
  readonly issuer: string;
  readonly store: Store;
  readonly vault: Vault;
  readonly limits: AbuseLimits;
  readonly audit: Audit;
  readonly clock: Clock;
}

/** Longest text that is looked at as the handle of a link; a real one has 66 characters. */
const LONGEST_HANDLE = 256;

/** One answer for wrong, unknown, superseded, used and expired links: it tells nobody which of them it is. */
export const deadLink = (): Problem => new Problem('interaction_expired', { params: { reason: 'link' } });

export function createChallengeLinks(deps: Deps): ChallengeLinks {
  const { vault, clock } = deps;
  const isOpenTo = (challenge: Challenge | null, token: unknown): challenge is Challenge => {
    const right = isLinkOf(vault, challenge, token);
    return right && challenge?.state === 'open' && challenge.expiresAt > clock.now();
  };
  const hasCodeFor = (challenge: Challenge | null, token: unknown): challenge is Challenge =>
    isOpenTo(challenge, token) && refuseAttempt(challenge, clock.now()) === null;
  return {
    linkOf(challenge) {
      const token = linkTokenOf(vault, challenge);
      if (token === null) return null;
      // What was asked for over an API has no page that waits for it: its link has one of its own (http/api-link.ts).
      if (challenge.interactionId === null) return `${deps.issuer}/link/${challenge.id}.${token}`;
      return `${deps.issuer}/interaction/${encodeURIComponent(challenge.interactionId)}/link/${token}`;
    },
    async ofHandle(handle) {
      const dot = handle.length > LONGEST_HANDLE ? -1 : handle.indexOf('.');
      const found = dot < 1 ? null : await deps.store.challenges.find(handle.slice(0, dot));
      const isOfApi = found?.interactionId === null && found.intent !== null;
      return { challenge: isOfApi ? found : null, token: handle.slice(dot + 1) };
    },
    isOpenTo,
    hasCodeFor,
    async proveByLink(challenge, token, caller) {
      if (!isOpenTo(challenge, token)) throw deadLink();
      // Nothing was spent, so nothing is given back; what strangers have failed in a row is forgotten.
      const { reset } = deps.limits.guessedRight(challenge, caller);
      if (!(await deps.store.challenges.prove(challenge.id, clock.now(), [], reset))) throw deadLink();
      deps.audit.record({ type: 'challenge.proven', ...challenge, caller, reason: 'link' });
      return { ...challenge, state: 'proven' };
    },
    codeByLink(challenge, token, caller) {
      const code = hasCodeFor(challenge, token) ? codeOf(vault, challenge) : null;
      if (challenge === null || code === null) throw deadLink();
      deps.audit.record({ type: 'link.opened_elsewhere', ...challenge, caller });
      return code;
    },
  };
}
