import { type Challenge, givenIdentifier, referenceTag, refuseAttempt } from '../../domain/challenge.ts';
import { standingOf } from '../../domain/challenge-standing.ts';
import { isProblem, Problem } from '../../domain/errors.ts';
import { type Channel, maskIdentifier } from '../../domain/identifier.ts';
import { firstFactor, secondFactorsOf } from '../first-factor.ts';
import { readable } from '../identifier-field.ts';
import { offersToRemember, openSecond } from '../second-factor.ts';
import { alreadyUsed, cancel, type Facts, type Input, type Outcome, type Step, type StepDeps } from '../step.ts';
import { enrollFactor } from './enroll.ts';
import { afterProof } from './proven.ts';
import { openByChannel } from './sending.ts';

/** Takes the code. The address comes from the challenge, never from the form. */
export const enterCode: Step = {
  name: 'code',
  async show(facts) {
    const challenge = challengeOf(facts);
    const refusal = refuseAttempt(challenge, facts.now);
    const problem = refusal === 'exhausted' ? new Problem('code_exhausted') : refusal && new Problem('code_expired');
    return page(challenge, facts, problem);
  },
  actions: { '': submit, resend, other, change, cancel },
  async problem(facts, input, problem, deps) {
    // The record has changed under our hands: attempts were counted, a resend was refused.
    const challenge = (await deps.challenges.ofInteraction(facts.interaction.uid)) ?? challengeOf(facts);
    // The code is spent and its identifier was not added: it is somebody else's, or nobody could be told of it.
    if (challenge.state === 'proven' && challenge.purpose === 'add-identifier') {
      return enrollFactor.problem(facts, input, problem);
    }
    return page(challenge, { ...facts, justResent: false }, problem);
  },
};

function challengeOf({ challenge }: Facts): Challenge {
  if (challenge === null) throw new Problem('code_expired');
  return challenge;
}

function page(challenge: Challenge, facts: Facts, problem: Problem | null): Outcome {
  const standing = standingOf(challenge, facts.now);
  const undelivered = knownUndelivered(challenge, facts);
  const model = {
    channel: challenge.identifier.channel,
    purpose: challenge.purpose,
    identifier: shownIdentifier(challenge),
    byOther: challenge.askedAs !== null,
    offered: otherChannel(challenge, facts),
    otherFactors: otherFactors(challenge, facts),
    rememberDays: challenge.purpose !== 'sign-in' && offersToRemember(facts) ? facts.rememberDays : null,
    proof: challenge.proof,
    ...standing,
    // A new code comes at once; only the same one again has to wait.
    resendIn: standing.ended || undelivered ? 0 : standing.resendIn,
    resent: facts.justResent,
    undelivered,
    problem: null,
  };
  return { kind: 'show', view: { page: 'code', model }, problem };
}

/** Offered whatever the account has: the offer must not tell. */
const otherChannel = ({ identifier, purpose }: Challenge, { channels }: Facts): Channel | null =>
  (purpose === 'sign-in' && channels.find((channel) => channel !== identifier.channel)) || null;

/** Who has proven a first factor is not told the second one, only reminded of it. */
const shownIdentifier = (challenge: Challenge): string =>
  challenge.purpose === 'second-factor' ? maskIdentifier(challenge.identifier) : readable(givenIdentifier(challenge));

/** Whether there is another second factor to choose. */
function otherFactors({ purpose }: Challenge, facts: Facts): boolean {
  const first = firstFactor(facts);
  return purpose === 'second-factor' && first !== null && secondFactorsOf(first, facts).length > 1;
}

/** Where strangers are not told what an account has, a failed delivery would tell: nothing is ever sent to the others. */
const knownUndelivered = ({ undelivered, askedAs, purpose }: Challenge, { signUpOpen }: Facts): boolean =>
  undelivered && askedAs === null && (signUpOpen || purpose !== 'sign-in');

async function submit(facts: Facts, input: Input, deps: StepDeps): Promise<Outcome> {
  if (isOfAnother(challengeOf(facts), input)) return { kind: 'go', to: null };
  const proven = await prove(facts, input, deps);
  return proven === null ? { kind: 'go', to: null } : afterProof(facts, proven, deps, input);
}

/** A second click on the form of the first factor is no guess at the second one. */
const isOfAnother = ({ id, purpose }: Challenge, { reference }: Input): boolean =>
  purpose !== 'sign-in' && reference !== undefined && reference !== referenceTag(id);

/** @returns null when another submission was right already and has led on to a second factor */
async function prove(facts: Facts, input: Input, deps: StepDeps): Promise<Challenge | null> {
  try {
    return await deps.challenges.prove(challengeOf(facts), input.code, facts.caller);
  } catch (error) {
    if (!isProblem(error, 'code_superseded')) throw error;
    const now = await deps.challenges.ofInteraction(facts.interaction.uid);
    if (now !== null && now.purpose !== 'sign-in' && now.id !== facts.challenge?.id) return null;
    throw now?.state === 'proven' ? alreadyUsed() : error;
  }
}

/** The same code again while it lives; a new challenge when it does not. */
async function resend(facts: Facts, _input: Input, deps: StepDeps): Promise<Outcome> {
  const challenge = challengeOf(facts);
  const over =
    refuseAttempt(challenge, facts.now) !== null ||
    challenge.sends >= challenge.maxSends ||
    knownUndelivered(challenge, facts);
  if (over) {
    await openAnew(facts, challenge, deps);
    return { kind: 'go', to: 'code' };
  }
  await deps.challenges.resend(challenge, facts.caller);
  return { kind: 'go', to: 'code', note: 'resent' };
}

/** By mail instead of by text message, or the other way round. */
async function other(facts: Facts, _input: Input, deps: StepDeps): Promise<Outcome> {
  const challenge = challengeOf(facts);
  const channel = otherChannel(challenge, facts);
  if (channel !== null) await openByChannel(facts, givenIdentifier(challenge), channel, deps);
  return { kind: 'go', to: 'code' };
}

async function openAnew(facts: Facts, challenge: Challenge, deps: StepDeps): Promise<void> {
  const { purpose, identifier } = challenge;
  const first = firstFactor(facts);
  if (first !== null && (purpose === 'second-factor' || purpose === 'add-identifier')) {
    await openSecond(facts, first, identifier, purpose, deps);
  } else await openByChannel(facts, givenIdentifier(challenge), identifier.channel, deps);
}

async function change(facts: Facts, _input: Input, deps: StepDeps): Promise<Outcome> {
  const challenge = challengeOf(facts);
  await deps.challenges.abandon(challenge);
  return challenge.purpose === 'sign-in' ? { kind: 'go', to: 'identify', note: 'other' } : { kind: 'go', to: null };
}
