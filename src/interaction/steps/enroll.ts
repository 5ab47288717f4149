import { secondChannels } from '../../domain/assurance.ts';
import { Problem } from '../../domain/errors.ts';
import type { Channel } from '../../domain/identifier.ts';
import { type FirstFactor, firstFactor, mayEnroll, secondFactorsOf } from '../first-factor.ts';
import { identifierField, takeIdentifier } from '../identifier-field.ts';
import { openSecond } from '../second-factor.ts';
import { cancel, type Facts, type Input, type Outcome, type Step, type StepDeps } from '../step.ts';

/** Somebody has proven one factor just now, and their account has no other. */
export function lacksSecondFactor(facts: Facts): boolean {
  const first = firstFactor(facts);
  return first !== null && secondFactorsOf(first, facts).length === 0 && mayEnroll(first, facts);
}

/** Asks for an identifier of the other channel, which becomes theirs when they prove it. */
export const enrollFactor = {
  name: 'enroll',
  show: async (facts) => page(facts, {}, null),
  actions: { '': submit, cancel },
  problem: async (facts, input, problem) => page(facts, input, problem),
} as const satisfies Step;

function page(facts: Facts, input: Input, problem: Problem | null): Outcome {
  const channel = missing(facts).channel;
  const model = {
    ...identifierField({ ...facts, channels: [channel] }, input),
    channel,
    problem: null,
  };
  return { kind: 'show', view: { page: 'enroll', model }, problem };
}

/** Who it is, and the channel they have not used. */
function missing(facts: Facts): { readonly first: FirstFactor; readonly channel: Channel } {
  const first = firstFactor(facts);
  const channel = first === null ? undefined : secondChannels(facts.channels, first.signedIn.amr)[0];
  if (first === null || channel === undefined) {
    throw new Problem('interaction_expired', { params: { reason: 'changed' } });
  }
  return { first, channel };
}

async function submit(facts: Facts, input: Input, deps: StepDeps): Promise<Outcome> {
  const { first, channel } = missing(facts);
  const identifier = takeIdentifier({ ...facts, channels: [channel] }, input);
  await openSecond(facts, first, identifier, 'add-identifier', deps);
  return { kind: 'go', to: 'code' };
}
