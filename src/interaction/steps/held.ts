import { isHeld } from '../../domain/hold.ts';
import { firstFactor, secondFactorsOf } from '../first-factor.ts';
import { type Facts, type Step, unmet } from '../step.ts';

/** Somebody has proven one factor, and nothing counts as another one until what is held of their account ends. */
export function isHeldBack(facts: Facts): boolean {
  const first = firstFactor(facts);
  return first !== null && isHeld(first.account, facts.now) && secondFactorsOf(first, facts).length === 0;
}

const endOf = (facts: Facts): number => firstFactor(facts)?.account.held?.until ?? facts.now;

/** Says until when, and leads back to the application, whose demand cannot be met before. */
export const tellHeld: Step = {
  name: 'held',
  show: async (facts) => ({
    kind: 'show',
    view: { page: 'held', model: { until: new Date(endOf(facts)).toISOString() } },
    problem: null,
  }),
  actions: { '': async (facts) => unmet(`no second factor counts until ${new Date(endOf(facts)).toISOString()}`) },
};
