import type { Account } from '../../domain/account.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { Facts, Step } from '../step.ts';

/** Reasons to ask that a session answers, as opposed to a demand for a fresh proof. */
const ANSWERED_BY_SESSION = new Set(['no_session', 'max_age']);

/**
 * True when the person signed in since this page was asked for, in another tab: then nobody asks twice (wish 20).
 * `prompt=login` always asks.
 */
export function sessionSatisfies({ interaction, session, account, challenge, now }: Facts): boolean {
  if (session === null || account === null) return false;
  // Whoever is asked for a code here is somebody else.
  if (challenge?.state === 'open' && !hasProven(account, challenge.identifier)) return false;
  if (!interaction.reasons.every((reason) => ANSWERED_BY_SESSION.has(reason))) return false;
  return interaction.maxAge === null || now / 1000 - session.at <= interaction.maxAge;
}

const hasProven = ({ identifiers }: Account, { channel, value }: Identifier): boolean =>
  identifiers.some((proven) => proven.channel === channel && proven.value === value);

/** Goes on with the sign-in that is there already, with its own time and methods. */
export const resumeSession: Step = {
  name: 'resume',
  async show({ session }) {
    if (session === null) return { kind: 'go', to: null };
    return { kind: 'finish', result: { kind: 'resumed', signedIn: session } };
  },
  actions: {},
};
