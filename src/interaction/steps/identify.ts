import { primaryOf } from '../../domain/account.ts';
import { type Challenge, givenIdentifier, refuseAttempt } from '../../domain/challenge.ts';
import { isProblem, type Problem } from '../../domain/errors.ts';
import type { Identifier } from '../../domain/identifier.ts';
import { identifierField, readable, takeIdentifier } from '../identifier-field.ts';
import { cancel, type Facts, type Input, type Outcome, type Step, type StepDeps } from '../step.ts';
import { openChallenge } from './sending.ts';

/** Asks who is there: one form for new and returning people, one field for an address or a number. */
export const identify: Step = {
  name: 'identify',
  async show(facts, deps) {
    const hinted = facts.interaction.loginHint;
    // Only a client an administrator trusts may make us send by a mere link (wish 21).
    if (hinted !== null && facts.client.trustLoginHint && facts.challenge === null) {
      const input = { identifier: hinted };
      return submit(facts, input, deps).catch((error: unknown) => {
        if (isProblem(error)) return page(facts, input, error);
        throw error;
      });
    }
    return page(facts, { identifier: prefill(facts) }, null);
  },
  actions: { '': submit, cancel },
  problem: async (facts, input, problem) => page(facts, input, problem),
};

const page = (facts: Facts, input: Input, problem: Problem | null): Outcome => ({
  kind: 'show',
  view: { page: 'identify', model: { ...identifierField(facts, input), problem: null } },
  problem,
});

/** What was typed before, else the application's hint, else whoever is signed in and has to prove it again. */
function prefill({ challenge, interaction, account, wantsOther, channels }: Facts): string {
  // What a second factor was sent to is not told in full to whoever proved the first one.
  if (challenge?.purpose === 'sign-in') return readable(givenIdentifier(challenge));
  if (interaction.loginHint !== null) return interaction.loginHint;
  if (account === null || wantsOther) return '';
  const [known] = channels.flatMap((channel) => primaryOf(account, channel) ?? []);
  return known === undefined ? '' : readable(known);
}

async function submit(facts: Facts, input: Input, deps: StepDeps): Promise<Outcome> {
  const identifier = takeIdentifier(facts, input);
  if (!answersAlready(facts.challenge, identifier, facts.now)) await openChallenge(facts, identifier, deps);
  return { kind: 'go', to: 'code' };
}

/** Back and submit, or a double click: the code on its way stays the right one (wish 3). */
const answersAlready = (challenge: Challenge | null, { channel, value }: Identifier, now: number): boolean =>
  challenge?.purpose === 'sign-in' &&
  // What was reached in another name is no answer to its own: that would tell that the two are one person's.
  challenge.askedAs === null &&
  challenge.identifier.channel === channel &&
  challenge.identifier.value === value &&
  refuseAttempt(challenge, now) === null;
