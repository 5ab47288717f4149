import type { Challenge, ProofKind } from '../../domain/challenge.ts';
import type { Channel, Identifier } from '../../domain/identifier.ts';
import type { Facts, StepDeps } from '../step.ts';

/**
 * Sends a code to whoever may sign in here, and to nobody otherwise, by the same steps at the same cost.
 *
 * @throws Problem `too_many_requests`, `country_not_supported`, `number_not_supported`
 */
export async function openChallenge(facts: Facts, identifier: Identifier, deps: StepDeps): Promise<Challenge> {
  const welcome = facts.signUpOpen || (await deps.accounts.isActive(identifier));
  return deps.challenges.open({ ...requestOf(facts, identifier.channel), identifier, decoy: !welcome }, facts.caller);
}

/**
 * Sends a code by a channel that need not be the given identifier's own: then to what its account has there, if it has
 * one. Nothing that anybody can see depends on that: there is a challenge in any case, which knows what was given and
 * shows nothing else, and nobody in place of whom the account does not have.
 *
 * @throws Problem `too_many_requests`, `country_not_supported`, `number_not_supported`
 */
export async function openByChannel(
  facts: Facts,
  given: Identifier,
  channel: Channel,
  deps: StepDeps,
): Promise<Challenge> {
  if (given.channel === channel) return openChallenge(facts, given, deps);
  const reached = await deps.accounts.reachedBy(given, channel);
  const request = {
    ...requestOf(facts, channel),
    identifier: reached ?? deps.challenges.standInFor(given, channel),
    askedAs: given,
    decoy: reached === null,
  };
  return deps.challenges.open(request, facts.caller);
}

const requestOf = ({ client, interaction, locale }: Facts, channel: Channel) => ({
  clientId: client.id,
  purpose: 'sign-in' as const,
  proof: channel === 'email' ? client.mailProof : ('code' satisfies ProofKind as ProofKind),
  interactionId: interaction.uid,
  locale,
});
