import { primaryOf } from '../../domain/account.ts';
import { type Challenge, refuseAttempt } from '../../domain/challenge.ts';
import { isProblem, type Problem } from '../../domain/errors.ts';
import { type Identifier, parseEmail } from '../../domain/identifier.ts';
import { cancel, type Facts, type Outcome, type Step, type StepDeps } from '../step.ts';

/** Asks who is there: one form for new and returning people. */
export const identify: Step = {
  name: 'identify',
  async show(facts, deps) {
    const hinted = facts.interaction.loginHint;
    // Only a client an administrator trusts may make us send by a mere link (wish 21).
    if (hinted !== null && facts.client.trustLoginHint && facts.challenge === null) {
      return submit(facts, hinted, deps).catch((error: unknown) => {
        if (isProblem(error)) return page(hinted, error);
        throw error;
      });
    }
    return page(prefill(facts), null);
  },
  actions: {
    '': (facts, input, deps) => submit(facts, input.identifier, deps),
    cancel,
  },
  problem: async (_facts, input, problem) => page((input.identifier ?? '').slice(0, 320), problem),
};

const page = (identifier: string, problem: Problem | null): Outcome => ({
  kind: 'show',
  view: { page: 'identify', model: { identifier, problem: null } },
  problem,
});

/** What was typed before, else the application's hint, else whoever is signed in and has to prove it again. */
const prefill = ({ challenge, interaction, account, wantsOther }: Facts): string => {
  if (challenge !== null) return challenge.identifier.value;
  if (interaction.loginHint !== null) return interaction.loginHint.slice(0, 320);
  return account === null || wantsOther ? '' : (primaryOf(account, 'email')?.value ?? '');
};

async function submit(facts: Facts, typed: unknown, deps: StepDeps): Promise<Outcome> {
  const identifier = parseEmail(typed);
  if (!answersAlready(facts.challenge, identifier, facts.now)) await openChallenge(facts, identifier, deps);
  return { kind: 'go', to: 'code' };
}

/** Back and submit, or a double click: the code on its way stays the right one (wish 3). */
const answersAlready = (challenge: Challenge | null, { channel, value }: Identifier, now: number): boolean =>
  challenge !== null &&
  challenge.identifier.channel === channel &&
  challenge.identifier.value === value &&
  refuseAttempt(challenge, now) === null;

/**
 * Sends a code to whoever may sign in here, and to nobody otherwise, by the same steps at the same cost.
 *
 * @throws Problem `too_many_requests`
 */
export async function openChallenge(facts: Facts, identifier: Identifier, deps: StepDeps): Promise<Challenge> {
  const welcome = facts.signUpOpen || (await deps.accounts.isActive(identifier));
  const request = {
    identifier,
    clientId: facts.client.id,
    purpose: 'sign-in' as const,
    proof: identifier.channel === 'email' ? facts.client.mailProof : ('code' as const),
    interactionId: facts.interaction.uid,
    locale: facts.locale,
    decoy: !welcome,
  };
  return deps.challenges.open(request, facts.caller);
}
