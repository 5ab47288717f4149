import { type BudgetRule, type Spend, spendOf, spendsOf } from '../domain/budget.ts';
import { Problem } from '../domain/errors.ts';
import type { Identifier } from '../domain/identifier.ts';
import type { Clock } from '../ports/clock.ts';
import type { BudgetRefusal } from '../ports/store/challenges.ts';
import type { Store } from '../ports/store.ts';
import type { Audit } from './audit.ts';
import type { Caller } from './caller.ts';
import type { Vault } from './vault.ts';

/** The configured limits of requirements 0.1; each list holds all at once, for instance 5 in 10 minutes and 20 a day. */
export interface BudgetRules {
  readonly sendsPerIdentifier: readonly BudgetRule[];
  readonly sendsPerNetwork: readonly BudgetRule[];
  readonly sendsPerClient: readonly BudgetRule[];
  readonly failuresPerIdentifier: readonly BudgetRule[];
  readonly failuresPerClient: readonly BudgetRule[];
  /** Failures in a row on one identifier, over all its challenges, until the hard stop (NIST SP 800-63B §5.2.2). */
  readonly consecutiveFailures: number;
  readonly interactionsPerNetwork: readonly BudgetRule[];
}

/** Who a limit is about. */
interface Target {
  readonly identifier: Identifier;
  readonly clientId: string;
}

/** Which budgets a deed spends. The same on every door: page, REST, link. */
export interface AbuseLimits {
  /** What one message to somebody costs; suppressed ones cost the same. */
  sending(target: Target, caller: Caller): Spend[];
  /** What one guess costs before it is looked at. */
  guessing(target: Target, caller: Caller): Spend[];
  /** What a right guess gets back, and what it forgets. */
  guessedRight(target: Target, caller: Caller): { refund: string[]; reset: string[] };
  /**
   * Lets a new interaction begin, or not.
   * @throws Problem `too_many_requests`
   */
  admitInteraction(caller: Caller): Promise<void>;
  /** The name under which budgets and cookies know an identifier. */
  subjectOf(target: Pick<Target, 'identifier'>): string;
  /** The error for a refused budget; leaves an audit event. */
  refusal(refusal: BudgetRefusal, context: Partial<Target> & { caller: Caller }): Problem;
}

/** Longer than anybody would wait to try again: in effect the counter only ends by a success. */
const CONSECUTIVE_WINDOW_SECONDS = 30 * 24 * 3600;

interface Deps {
  readonly rules: BudgetRules;
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly audit: Audit;
}

export function createAbuseLimits(deps: Deps): AbuseLimits {
  const { rules } = deps;
  const { subjectOf, perIdentifier, consecutive } = createFailureBudgets(deps);
  const perClient = (target: Target): Spend[] => spendsOf('failures.client', target.clientId, rules.failuresPerClient);

  const limits: AbuseLimits = {
    subjectOf,
    sending: (target, caller) => [
      ...spendsOf('sends.network', caller.network, rules.sendsPerNetwork),
      ...spendsOf('sends.identifier', subjectOf(target), rules.sendsPerIdentifier),
      ...spendsOf('sends.client', target.clientId, rules.sendsPerClient),
    ],
    guessing: (target, caller) => [...perIdentifier(target, caller), consecutive(target, caller), ...perClient(target)],
    guessedRight: (target, caller) => ({
      refund: [...perIdentifier(target, caller), ...perClient(target)].map(({ key }) => key),
      // Its owner has just been here: what strangers have failed meanwhile locks nobody out any longer.
      reset: [consecutive(target, caller).key, consecutive(target, { ...caller, knownBrowser: null }).key],
    }),
    async admitInteraction(caller) {
      const spends = spendsOf('interactions.network', caller.network, rules.interactionsPerNetwork);
      const refused = await deps.store.budgets.spend(spends, deps.clock.now());
      if (refused !== null) throw limits.refusal(refused, { caller });
    },
    refusal(refusal, context) {
      deps.audit.record({ ...context, type: 'budget.refused', reason: refusal.key.slice(0, refusal.key.indexOf(':')) });
      const seconds = Math.max(1, Math.ceil((refusal.retryAt - deps.clock.now()) / 1000));
      return new Problem('too_many_requests', { retryAfter: seconds, params: { seconds } });
    },
  };
  return limits;
}

/** Whose failures are counted together: all of an identifier's, or those of one browser that is known to it. */
function createFailureBudgets({ rules, vault }: Deps) {
  // One bucket for all spellings of an identifier: it is canonical by type.
  const subjectOf = ({ identifier }: Pick<Target, 'identifier'>): string =>
    vault.fingerprint(`${identifier.channel}:${identifier.value}`);
  const failureSubject = (target: Target, { knownBrowser }: Caller): string => {
    const subject = subjectOf(target);
    return knownBrowser?.knows.includes(subject) === true ? `${subject}.${knownBrowser.id}` : subject;
  };
  return {
    subjectOf,
    perIdentifier: (target: Target, caller: Caller): Spend[] =>
      spendsOf('failures.identifier', failureSubject(target, caller), rules.failuresPerIdentifier),
    consecutive: (target: Target, caller: Caller): Spend =>
      spendOf('failures.consecutive', failureSubject(target, caller), {
        limit: rules.consecutiveFailures,
        windowSeconds: CONSECUTIVE_WINDOW_SECONDS,
      }),
  };
}
