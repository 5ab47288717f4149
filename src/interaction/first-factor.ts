import type { Account } from '../domain/account.ts';
import { hasIdentifier, isSameIdentifier } from '../domain/account-identifiers.ts';
import { answersRequest, isStrongEnough, secondChannels } from '../domain/assurance.ts';
import { type Challenge, givenIdentifier } from '../domain/challenge.ts';
import { countsAsFactor, isHeld, isSettled } from '../domain/hold.ts';
import type { Identifier } from '../domain/identifier.ts';
import { skipsSecondFactor } from '../domain/remembered-device.ts';
import { ASSURANCE_REASON, type SignedIn } from './engine.ts';
import type { Facts } from './step.ts';

/** Somebody who has proven one factor and is asked for another. */
export interface FirstFactor {
  readonly signedIn: SignedIn;
  readonly account: Account;
  /** It was proven when the browser's session began, not in this interaction. */
  readonly ofSession: boolean;
}

/** The first factor that a second one would complete: proven in this interaction, else that of the session. */
export function firstFactor(facts: Facts): FirstFactor | null {
  const { interaction, provenAccount, session, account } = facts;
  if (interaction.proven !== null) {
    return provenAccount === null ? null : { signedIn: interaction.proven, account: provenAccount, ofSession: false };
  }
  if (session === null || account === null || !sessionCounts(facts)) return null;
  // Which identifier it began with is not known: a session since something is held proves its first factor once more.
  if (!countsAsFirst(session, account, facts)) return null;
  return needsSecond(session.acr, account, facts) ? { signedIn: session, account, ofSession: true } : null;
}

/**
 * True when a sign-in was not made with what is held. As little as a second factor may a first one be new: whoever has
 * added a number of their own would begin with that, and go on with the mailbox they have.
 */
export const countsAsFirst = (
  { at, knownSince = at * 1000 + 999 }: SignedIn,
  account: Account,
  { now }: Pick<Facts, 'now'>,
): boolean => isSettled(account, knownSince, now);

/** Reasons to ask that a session answers, as opposed to a demand for a fresh proof. */
const ANSWERED_BY_SESSION: ReadonlySet<string> = new Set(['no_session', 'max_age', ASSURANCE_REASON]);

/**
 * True when nobody is asked for the first factor again. `prompt=login` always asks; so does a session that is
 * older than `max_age` allows.
 */
function sessionCounts({ interaction, session, account, challenge, now }: Facts): boolean {
  if (session === null || account === null || interaction.prompt !== 'login') return false;
  // Whoever is asked for a code here is somebody else.
  if (challenge?.state === 'open' && !isAbout(challenge, account)) return false;
  if (!interaction.reasons.every((reason) => ANSWERED_BY_SESSION.has(reason))) return false;
  return interaction.maxAge === null || now / 1000 - session.at <= interaction.maxAge;
}

const isAbout = (challenge: Challenge, account: Account): boolean =>
  challenge.accountId === null
    ? hasIdentifier(account, givenIdentifier(challenge))
    : challenge.accountId === account.id;

/** True when a sign-in of this context is not enough for the demand, in this browser. */
export function needsSecond(acr: string, account: Account, facts: Facts): boolean {
  const { demand, deviceTokens, now } = facts;
  if (demand === 'unmet') return true;
  return !isStrongEnough(acr, {
    demand,
    remembered: skipsSecondFactor(account, { ...facts, demand }, deviceTokens, now),
  });
}

/**
 * True when the session answers the request as it is: somebody signed in since this page was asked for, in another tab,
 * and nobody asks twice (wish 20). The same that the engine will find, or the two would send the browser to and fro.
 */
export function sessionSatisfies(facts: Facts): boolean {
  const { session, account, demand, interaction, deviceTokens, now } = facts;
  if (session === null || account === null || demand === 'unmet' || !sessionCounts(facts)) return false;
  const remembered = skipsSecondFactor(account, { ...facts, demand }, deviceTokens, now);
  return answersRequest(session.acr, { asked: interaction.asked, demand, remembered });
}

/** What somebody may prove as their second factor: identifiers of a channel they have not used yet, primary ones first. */
export function secondFactorsOf({ account, signedIn }: FirstFactor, { channels, now }: Facts): Identifier[] {
  if (!countsAsFirst(signedIn, account, { now })) return [];
  const usable = secondChannels(channels, signedIn.amr);
  return account.identifiers
    .filter((entry) => usable.includes(entry.channel) && countsAsFactor(account, entry, now))
    .toSorted((one, other) => Number(other.primary) - Number(one.primary))
    .map(({ channel, value }) => ({ channel, value }));
}

/** A sign-in this young may give its account a new identifier, in seconds. */
const FRESH_SECONDS = 300;

/** True when somebody who has no second factor may get one: nobody does with a session that was left open. */
export const mayEnroll = ({ account, signedIn }: FirstFactor, { now }: Facts): boolean =>
  now / 1000 - signedIn.at <= FRESH_SECONDS && !isHeld(account, now);

/**
 * True when the open challenge can be answered here. That of a second factor belongs to the account of the first;
 * what was sent before the first factor was proven anew, or by somebody else, is void, and so is what went to an
 * identifier that the account has lost meanwhile, or that is held now; as is what was to add one.
 */
export function isAnswerable(facts: Facts): boolean {
  const { challenge } = facts;
  if (challenge?.state !== 'open') return false;
  if (challenge.purpose === 'sign-in') return true;
  const first = firstFactor(facts);
  if (first === null || challenge.accountId !== first.account.id) return false;
  return challenge.purpose === 'second-factor'
    ? isSecondFactor(challenge.identifier, first, facts)
    : secondFactorsOf(first, facts).length === 0 && !isHeld(first.account, facts.now);
}

/** True when the account has this identifier, and it would complete this first factor. */
export const isSecondFactor = (identifier: Identifier, first: FirstFactor, facts: Facts): boolean =>
  secondFactorsOf(first, facts).some((known) => isSameIdentifier(known, identifier));
