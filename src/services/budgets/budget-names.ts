import { type BudgetRule, type Spend, spendOf, spendsOf } from '../../domain/budget.ts';

/**
 * Every budget there is: under which name it is counted, told of in `budget.refused` and reset, which setting says how much,
 * and what it says to an administrator.
 */
export const BUDGETS = {
  'sends.identifier': { setting: 'sendsPerIdentifier', about: 'Mails to this address' },
  'sends.number': { setting: 'sendsPerNumber', about: 'Text messages to this number' },
  'sends.other': { setting: 'sendsByOtherChannel', about: 'Messages to the other channel of whoever gave this' },
  'sends.reached': { setting: 'sendsByOtherChannel', about: 'Messages to this, when something else was given' },
  'sends.network': { setting: 'sendsPerNetwork', about: 'Messages asked for from this network' },
  'sends.client': { setting: 'sendsPerClient', about: 'Messages caused by this client' },
  'sms.unanswered': {
    setting: 'unansweredPerPrefix',
    about: 'Text messages to the block of this number without an answer',
  },
  'sms.prefix': { setting: 'sendsPerPrefix', about: 'Text messages to the block of this number' },
  'sms.country': { setting: 'sendsPerCountry', about: 'Text messages to the country of this number' },
  'failures.identifier': { setting: 'failuresPerIdentifier', about: 'Wrong codes for this address or number' },
  'failures.consecutive': { setting: 'consecutiveFailures', about: 'Wrong codes for this address or number in a row' },
  'failures.client': { setting: 'failuresPerClient', about: 'Wrong codes at this client' },
  'interactions.network': { setting: 'interactionsPerNetwork', about: 'Sign-ins begun from this network' },
  'callers.network': { setting: 'callerFailuresPerNetwork', about: 'Calls from this network without a valid token' },
  'registrations.network': { setting: 'perNetwork', about: 'Clients that registered themselves from this network' },
  'registrations.token': { setting: 'perToken', about: 'Clients that were registered by one initial access token' },
  'notices.account': { setting: 'noticesPerAccount', about: 'Changes that the owner of this account was told of' },
} as const;

export type BudgetName = keyof typeof BUDGETS;

/** How much a setting allows: several windows at once, or failures in a row. */
type Allowed = readonly BudgetRule[] | number;

/** The settings of some budgets. */
export type SettingsOf<Name extends BudgetName> = Readonly<Record<(typeof BUDGETS)[Name]['setting'], Allowed>>;

/** Longer than anybody would wait to try again: in effect the counter only ends by a success. */
const CONSECUTIVE_WINDOW_SECONDS = 30 * 24 * 3600;

/** One of a budget, by each of its windows. @param subject whose: a keyed hash of an identifier, a network, a client id */
export function spendsIn<Name extends BudgetName>(settings: SettingsOf<Name>, name: Name, subject: string): Spend[] {
  const { setting } = BUDGETS[name];
  const allowed: Allowed = settings[setting as (typeof BUDGETS)[Name]['setting']];
  return typeof allowed === 'number'
    ? [spendOf(name, subject, { limit: allowed, windowSeconds: CONSECUTIVE_WINDOW_SECONDS })]
    : spendsOf(name, subject, allowed);
}

/** The name of a budget in the key of one of its windows: `sends.identifier.0`. */
export const windowNameOf = (key: string): string => key.slice(0, key.indexOf(':'));
