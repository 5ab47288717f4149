import { type Challenge, givenIdentifier, referenceTag } from '../../domain/challenge.ts';
import { isProblem } from '../../domain/errors.ts';
import { deadLink } from '../../services/challenges/links.ts';
import { alreadyUsed, type Facts, type Input, type Step, type StepDeps } from '../step.ts';
import { afterProof } from './proven.ts';

/** This request came by a link, and there is something that it could prove. */
export const opensLink = ({ linkToken, challenge }: Facts): boolean =>
  linkToken !== null && challenge?.state === 'open';

/**
 * A link in the browser that asked. Opening it changes nothing: programs that look through mail open links, too.
 * Only the submission of the page proves, and what follows is what follows a code.
 */
export const confirmLink: Step = {
  name: 'link',
  async show({ challenge, linkToken }, deps) {
    if (!deps.challenges.isOpenTo(challenge, linkToken)) throw deadLink();
    const { channel, value } = givenIdentifier(challenge);
    const model = { token: linkToken ?? '', channel, identifier: value, reference: referenceTag(challenge.id) };
    return { kind: 'show', view: { page: 'link', model }, problem: null };
  },
  actions: { '': async (facts, input, deps) => afterProof(facts, await prove(facts, input, deps), deps) },
};

async function prove({ challenge, interaction, caller }: Facts, input: Input, deps: StepDeps): Promise<Challenge> {
  const { challenges } = deps;
  try {
    return await challenges.proveByLink(challenge, input.token, caller);
  } catch (error) {
    // Of two presses at once one is late; its person is signed in all the same.
    if (!isProblem(error, 'interaction_expired') || !challenges.isOpenTo(challenge, input.token)) throw error;
    throw (await challenges.ofInteraction(interaction.uid))?.state === 'proven' ? alreadyUsed() : error;
  }
}
