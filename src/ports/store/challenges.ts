import type { Spend } from '../../domain/budget.ts';
import type { Challenge, ChallengeRefusal } from '../../domain/challenge.ts';
import type { Message } from '../../domain/message.ts';

/** A budget said no. Nothing was written. */
export interface BudgetRefusal {
  readonly refused: 'budget';
  /** Key of the budget that was spent. */
  readonly key: string;
  /** When its window ends. */
  readonly retryAt: number;
}

/** A window that has not ended. */
export interface BudgetWindow {
  readonly key: string;
  readonly spent: number;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

/**
 * Counters in time windows (domain/budget.ts). A window opens with the first spend after the former has ended.
 */
export interface BudgetStore {
  /**
   * Spends one of each, or none where the store has transactions; where it has not, a refusal may leave earlier ones of
   * the list spent, never the other way round. Of N parallel spenders of a budget with L left, at most L succeed.
   */
  spend(spends: readonly Spend[], now: number): Promise<null | BudgetRefusal>;
  /** Forgets these counters, for instance consecutive failures after a success. Unknown keys are no error. */
  reset(keys: readonly string[]): Promise<void>;
  /** The windows of these keys that have not ended, in any order; what nobody has spent of is missing. */
  read(keys: readonly string[], now: number): Promise<BudgetWindow[]>;
}

export type OpenResult = { readonly opened: Challenge } | BudgetRefusal;

export type AttemptResult =
  | { readonly claimed: Challenge }
  | { readonly refused: ChallengeRefusal; readonly challenge: Challenge | null }
  | BudgetRefusal;

export type ResendResult =
  | { readonly resent: Challenge }
  | { readonly refused: ChallengeRefusal; readonly challenge: Challenge | null }
  | { readonly refused: 'too_early' | 'no_sends_left'; readonly challenge: Challenge }
  | BudgetRefusal;

/** Challenges and the five things that happen to them, each in one conditional write. */
export interface ChallengeStore {
  /**
   * Spends the budgets, supersedes every open challenge of the same interaction (if it has one), supersedes the oldest
   * open ones of the same slot until at most `keep - 1` remain, and writes challenge and message together.
   * A refused budget writes nothing.
   * @param message null when nothing is to be sent
   * @param keep how many open challenges the slot may hold afterwards, ≥ 1
   */
  open(challenge: Challenge, message: Message | null, keep: number, spends: readonly Spend[]): Promise<OpenResult>;

  /** The challenge whatever its state and age, or null. */
  find(id: string): Promise<Challenge | null>;

  /** The newest challenge born in this interaction whatever its state, or null. */
  findByInteraction(interactionId: string): Promise<Challenge | null>;

  /** The newest open, unexpired challenge of the slot, with or without attempts left, or null. */
  findOpenInSlot(slot: string, now: number): Promise<Challenge | null>;

  /**
   * Counts one attempt *before* anybody compares anything: of N parallel callers at most `maxAttempts` are granted over
   * the life of a challenge. Spends the budgets only together with a granted attempt; a refused budget counts no
   * attempt. The answered challenge includes this attempt.
   */
  claimAttempt(id: string, now: number, spends: readonly Spend[]): Promise<AttemptResult>;

  /**
   * Turns an open, unexpired challenge into a proven one. Of N parallel callers exactly one gets true.
   * @param refund budget keys to give one back to (never below zero), in the same write; a key that is listed n times
   *   gets n back
   * @param reset budget keys to forget, in the same write
   */
  prove(id: string, now: number, refund: readonly string[], reset: readonly string[]): Promise<boolean>;

  /**
   * Counts a further send and writes its message, if the challenge is open, unexpired, due and has sends left. Life and
   * attempts stay as they are.
   */
  resend(
    id: string,
    now: number,
    nextSendAt: number,
    message: Message,
    spends: readonly Spend[],
  ): Promise<ResendResult>;

  /** Closes an open challenge; its code is dead at once. Anything else is left as it is. */
  supersede(id: string): Promise<void>;
}
