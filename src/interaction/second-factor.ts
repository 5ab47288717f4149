import { combinedMethods, TWO_FACTORS } from '../domain/assurance.ts';
import { type Challenge, refuseAttempt } from '../domain/challenge.ts';
import { isProblem, Problem } from '../domain/errors.ts';
import type { Identifier } from '../domain/identifier.ts';
import { devicesCount } from '../domain/remembered-device.ts';
import type { SignedIn } from './engine.ts';
import { type FirstFactor, firstFactor, isSecondFactor, secondFactorsOf } from './first-factor.ts';
import type { Facts, Input, Outcome, StepDeps } from './step.ts';

/**
 * What happens as soon as a first factor is proven and kept: the code for the second one is on its way when the next
 * page appears. When it cannot be sent now, the page of the choice is there to try again: the first factor is not lost.
 */
export async function goOnToSecond(facts: Facts, deps: StepDeps): Promise<Outcome> {
  const first = firstFactor(facts);
  const [primary] = first === null ? [] : secondFactorsOf(first, facts);
  if (first === null || primary === undefined) return { kind: 'go', to: null };
  try {
    await openSecond(facts, first, primary, 'second-factor', deps);
    return { kind: 'go', to: 'code' };
  } catch (error) {
    if (isProblem(error) && (error.status === 422 || error.status === 429)) return { kind: 'go', to: 'factor' };
    throw error;
  }
}

/**
 * Sends a code that only counts together with this first factor, in this interaction.
 *
 * @throws Problem `too_many_requests`
 */
export async function openSecond(
  { challenge, client, interaction, locale, now, caller }: Facts,
  { account }: FirstFactor,
  identifier: Identifier,
  purpose: 'second-factor' | 'add-identifier',
  deps: StepDeps,
): Promise<void> {
  // Back and submit, or a double click: the code on its way stays the right one (wish 3).
  if (challenge?.purpose === purpose && answersFor(challenge, identifier) && refuseAttempt(challenge, now) === null) {
    return;
  }
  const request = {
    identifier,
    accountId: account.id,
    clientId: client.id,
    purpose,
    // A new identifier is only added on the page that says so.
    proof: purpose === 'second-factor' && identifier.channel === 'email' ? client.mailProof : ('code' as const),
    interactionId: interaction.uid,
    locale,
    decoy: false,
  };
  await deps.challenges.open(request, caller);
}

const answersFor = ({ identifier }: Challenge, { channel, value }: Identifier): boolean =>
  identifier.channel === channel && identifier.value === value;

/** The second factor of a known identifier is proven. It counts if the account still has it then, and it is not held. */
export async function completeBySecond(
  facts: Facts,
  challenge: Challenge,
  deps: StepDeps,
  input: Input,
): Promise<Outcome> {
  const first = firstOf(facts, challenge);
  const account = await deps.accounts.findActive(first.account.id);
  if (account === null) return { kind: 'go', to: null };
  return complete(facts, { ...first, account }, challenge.identifier, deps, input);
}

/**
 * Somebody without a second factor has proven one, which is theirs from now on.
 *
 * @throws Problem `identifier_taken` when it is somebody's already, which only its owner learns
 */
export async function completeByAdding(
  facts: Facts,
  challenge: Challenge,
  deps: StepDeps,
  input: Input,
): Promise<Outcome> {
  const { client, locale, caller } = facts;
  const first = firstOf(facts, challenge);
  const change = { clientId: client.id, locale, caller, confirmed: false };
  const account = await deps.profile.attachProven(first.account, challenge.identifier, change);
  return complete(facts, { ...first, account }, challenge.identifier, deps, input);
}

/** The first factor a proof was asked for to complete. @throws Problem `interaction_expired` when it is another one by now */
function firstOf(facts: Facts, { accountId }: Challenge): FirstFactor {
  const first = firstFactor(facts);
  if (first === null || first.account.id !== accountId) {
    throw new Problem('interaction_expired', { params: { reason: 'changed' } });
  }
  return first;
}

async function complete(
  facts: Facts,
  first: FirstFactor,
  identifier: Identifier,
  deps: StepDeps,
  input: Input,
): Promise<Outcome> {
  const { client, caller } = facts;
  const { account, ofSession } = first;
  // It was removed meanwhile, or is held: the journey goes on with what the account is now.
  if (!isSecondFactor(identifier, first, facts)) return { kind: 'go', to: null };
  const occasion = { clientId: client.id, caller };
  const remembers = input.remember === 'yes' && offersToRemember(facts);
  const device = remembers ? await deps.devices.remember(account.id, facts.browser, occasion) : null;
  const type = ofSession ? 'session.raised' : 'session.started';
  deps.audit.record({ type, accountId: account.id, identifier, ...occasion, reason: 'two_factors' });
  const signedIn = signedInWith(first, identifier, facts.now);
  return {
    kind: 'finish',
    result: { kind: ofSession ? 'resumed' : 'signed-in', signedIn },
    proven: identifier,
    device,
  };
}

/**
 * What tokens will say. Two proofs of one interaction are one authentication, which is over with the second; but a session
 * whose first factor is old does not become young by a second one (OpenID Connect Core §2, `auth_time`).
 */
const signedInWith = ({ signedIn, ofSession }: FirstFactor, { channel }: Identifier, now: number): SignedIn => ({
  accountId: signedIn.accountId,
  at: ofSession ? signedIn.at : Math.floor(now / 1000),
  amr: combinedMethods(signedIn.amr, channel),
  acr: TWO_FACTORS,
  ...(signedIn.context === undefined ? {} : { context: signedIn.context }),
});

/** Where a browser may be remembered for next time. */
export const offersToRemember = ({ client, demand, rememberDays }: Facts): boolean =>
  rememberDays > 0 && demand !== 'unmet' && devicesCount(client, demand);
