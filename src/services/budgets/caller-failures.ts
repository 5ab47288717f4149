import type { BudgetRule } from '../../domain/budget.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import type { AbuseLimits } from './abuse-limits.ts';
import { spendsIn } from './budget-names.ts';

/** Bounds how often a network may show tokens that are none: each time is a line of the audit trail. */
export interface CallerFailures {
  /** @throws Problem `too_many_requests` */
  count(caller: Caller): Promise<void>;
}

export const createCallerFailures = (deps: {
  store: Store;
  clock: Clock;
  limits: AbuseLimits;
  rules: { readonly callerFailuresPerNetwork: readonly BudgetRule[] };
}): CallerFailures => ({
  async count(caller) {
    const spends = spendsIn(deps.rules, 'callers.network', caller.network);
    const refused = await deps.store.budgets.spend(spends, deps.clock.now());
    if (refused !== null) throw deps.limits.refusal(refused, { caller });
  },
});
