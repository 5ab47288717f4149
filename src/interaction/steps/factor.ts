import { Problem } from '../../domain/errors.ts';
import { maskIdentifier } from '../../domain/identifier.ts';
import { type FirstFactor, firstFactor, secondFactorsOf } from '../first-factor.ts';
import { openSecond } from '../second-factor.ts';
import { cancel, type Facts, type Input, type Outcome, type Step, type StepDeps } from '../step.ts';

/** Somebody has proven one factor, and their account has another one. */
export function hasSecondFactor(facts: Facts): boolean {
  const first = firstFactor(facts);
  return first !== null && secondFactorsOf(first, facts).length > 0;
}

/**
 * Asks which identifier the second code goes to. Shown masked: whoever got this far has proven one factor, and is not
 * told the other one.
 */
export const chooseFactor: Step = {
  name: 'factor',
  show: async (facts) => page(facts, null),
  actions: { '': send, cancel },
  problem: async (facts, _input, problem) => page(facts, problem),
};

function page(facts: Facts, problem: Problem | null): Outcome {
  const choices = secondFactorsOf(first(facts), facts).map((identifier, index) => ({
    value: String(index),
    channel: identifier.channel,
    label: maskIdentifier(identifier),
  }));
  return { kind: 'show', view: { page: 'factor', model: { choices, problem: null } }, problem };
}

function first(facts: Facts): FirstFactor {
  const found = firstFactor(facts);
  if (found === null) throw new Problem('interaction_expired', { params: { reason: 'changed' } });
  return found;
}

async function send(facts: Facts, input: Input, deps: StepDeps): Promise<Outcome> {
  const factor = first(facts);
  const identifier = secondFactorsOf(factor, facts)[Number(input.choice ?? '0')];
  if (identifier === undefined) throw new Problem('request_invalid');
  await openSecond(facts, factor, identifier, 'second-factor', deps);
  return { kind: 'go', to: 'code' };
}
