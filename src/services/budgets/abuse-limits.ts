import type { BudgetRule, Spend } from '../../domain/budget.ts';
import { isProblem, Problem } from '../../domain/errors.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { Country } from '../../domain/phone.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BudgetRefusal } from '../../ports/store/challenges.ts';
import type { Store } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import type { Audit } from '../trail/audit.ts';
import type { Vault } from '../vault.ts';
import { spendsIn, windowNameOf } from './budget-names.ts';
import { type BudgetSubjects, createBudgetSubjects } from './budget-subjects.ts';
import { createSmsSpending, type SmsSpendingRules } from './sms-spending.ts';

/** The configured limits of requirements 0.1; each list holds all at once, for instance 5 in 10 minutes and 20 a day. */
export interface BudgetRules extends SmsSpendingRules {
  readonly sendsPerIdentifier: readonly BudgetRule[];
  readonly sendsPerNumber: readonly BudgetRule[];
  readonly sendsByOtherChannel: readonly BudgetRule[];
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
  /** What was given instead: see `Challenge.askedAs`. */
  readonly askedAs?: Identifier | null;
  readonly clientId: string;
}

/** Which budgets a deed spends. The same on every door: page, REST, link. */
export interface AbuseLimits {
  /**
   * What one message to somebody costs; suppressed ones cost the same.
   * @throws Problem `country_not_supported`, `number_not_supported` when no message may go there at all
   */
  sending(target: Target, caller: Caller): Spend[];
  /**
   * Spends what a message costs the one who gets it when somebody else was named. Whoever asked must not learn of a
   * refusal, because it would tell whom the account reaches: then the message is made and goes nowhere. Stand-ins
   * spend alike. @returns whether the message may go out
   */
  admitUnseen(target: Target): Promise<boolean>;
  /** What a message costs that its owner did not ask for; null when none may go there at all. */
  noticing(identifier: Identifier): Spend[] | null;
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
  /** The name of the way somebody went to reach an identifier: two ways share no counter that could tell of the other. */
  wayOf(target: Pick<Target, 'identifier' | 'askedAs'>): string;
  /** The error for a refused budget; leaves an audit event. */
  refusal(refusal: BudgetRefusal, context: Partial<Target> & { caller: Caller }): Problem;
}

interface Deps {
  readonly rules: BudgetRules;
  /** Countries whose numbers are sent messages. */
  readonly countries: readonly Country[];
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly audit: Audit;
}

export function createAbuseLimits(deps: Deps): AbuseLimits {
  const { rules } = deps;
  const { subjectOf, wayOf } = createBudgetSubjects(deps.vault);
  const sends = createSendBudgets(deps, subjectOf, wayOf);

  const limits: AbuseLimits = {
    subjectOf,
    wayOf,
    sending: (target, caller) => [
      // All people of a backend come from one network; it has the budget of its client instead.
      ...(caller.isClient === true ? [] : spendsIn(rules, 'sends.network', caller.network)),
      ...sends.seen(target, caller),
      ...spendsIn(rules, 'sends.client', target.clientId),
    ],
    admitUnseen: (target) => sends.admitUnseen(target),
    noticing: (identifier) => sends.noticing(identifier),
    ...createGuessBudgets(rules, wayOf, sends.answered),
    async admitInteraction(caller) {
      const spends = spendsIn(rules, 'interactions.network', caller.network);
      const refused = await deps.store.budgets.spend(spends, deps.clock.now());
      if (refused !== null) throw limits.refusal(refused, { caller });
    },
    refusal(refusal, context) {
      deps.audit.record({ ...context, type: 'budget.refused', reason: windowNameOf(refusal.key) });
      const seconds = Math.max(1, Math.ceil((refusal.retryAt - deps.clock.now()) / 1000));
      return new Problem('too_many_requests', { retryAfter: seconds, params: { seconds } });
    },
  };
  return limits;
}

type Subjects = Pick<BudgetSubjects, 'subjectOf' | 'wayOf'>;

/** What messages cost those they go to. */
function createSendBudgets(deps: Deps, subjectOf: Subjects['subjectOf'], wayOf: Subjects['wayOf']) {
  const { rules } = deps;
  const sms = createSmsSpending(deps);
  const isNumber = ({ identifier }: Target): boolean => identifier.channel === 'sms';
  return {
    seen(target: Target, { knownBrowser }: Caller): Spend[] {
      const subject = wayOf(target);
      if (target.askedAs != null) return spendsIn(rules, 'sends.other', subject);
      if (!isNumber(target)) return spendsIn(rules, 'sends.identifier', subject);
      sms.admit(target.identifier);
      // Strangers who had a block of numbers paused keep none of its owners out of a browser of theirs.
      const answers = knownBrowser?.knows.includes(subject) === true;
      return [...spendsIn(rules, 'sends.number', subject), ...sms.spends(target.identifier, answers)];
    },
    async admitUnseen(target: Target): Promise<boolean> {
      const { identifier, clientId } = target;
      const spends = [
        ...spendsIn(rules, 'sends.reached', subjectOf(target)),
        ...(isNumber(target) ? sms.spends(identifier, false) : []),
      ];
      const refused = await deps.store.budgets.spend(spends, deps.clock.now());
      if (refused === null) return !isNumber(target) || isAdmitted(() => sms.admit(identifier));
      deps.audit.record({ type: 'budget.refused', clientId, identifier, reason: windowNameOf(refused.key) });
      return false;
    },
    noticing(identifier: Identifier): Spend[] | null {
      if (identifier.channel !== 'sms') return [];
      // The number was proven: somebody there answers.
      return isAdmitted(() => sms.admit(identifier)) ? sms.spends(identifier, true) : null;
    },
    answered: (target: Target): string[] => (isNumber(target) ? sms.answered(target.identifier) : []),
  };
}

function isAdmitted(admit: () => void): boolean {
  try {
    admit();
    return true;
  } catch (error) {
    if (isProblem(error)) return false;
    throw error;
  }
}

/** What guesses cost, and what a right one gives back. */
function createGuessBudgets(
  rules: BudgetRules,
  wayOf: Subjects['wayOf'],
  answered: (target: Target) => string[],
): Pick<AbuseLimits, 'guessing' | 'guessedRight'> {
  const { perIdentifier, consecutive } = createFailureBudgets(rules, wayOf);
  const perClient = (target: Target): Spend[] => spendsIn(rules, 'failures.client', target.clientId);
  const keysOf = (spends: readonly Spend[]): string[] => spends.map(({ key }) => key);
  return {
    guessing: (target, caller) => [
      ...perIdentifier(target, caller),
      ...consecutive(target, caller),
      ...perClient(target),
    ],
    guessedRight: (target, caller) => ({
      refund: [...keysOf([...perIdentifier(target, caller), ...perClient(target)]), ...answered(target)],
      // Its owner has just been here: what strangers have failed meanwhile locks nobody out any longer.
      reset: keysOf([...consecutive(target, caller), ...consecutive(target, { ...caller, knownBrowser: null })]),
    }),
  };
}

/** Whose failures are counted together: all of an identifier's, or those of one browser that is known to it. */
function createFailureBudgets(rules: BudgetRules, wayOf: Subjects['wayOf']) {
  const failureSubject = (target: Target, { knownBrowser }: Caller): string => {
    const subject = wayOf(target);
    return knownBrowser?.knows.includes(subject) === true ? `${subject}.${knownBrowser.id}` : subject;
  };
  return {
    perIdentifier: (target: Target, caller: Caller): Spend[] =>
      spendsIn(rules, 'failures.identifier', failureSubject(target, caller)),
    consecutive: (target: Target, caller: Caller): Spend[] =>
      spendsIn(rules, 'failures.consecutive', failureSubject(target, caller)),
  };
}
