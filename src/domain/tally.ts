import type { EventType } from './event.ts';
import type { Identifier } from './identifier.ts';
import { numberFacts } from './phone.ts';

/** What is counted for the statistics: each word is one thing that happened so often. */
export const METRICS = [
  /** Challenges that were opened: somebody wants to sign in. */
  'opened',
  /** Messages with a code or a link that a mail server or an SMS provider took. */
  'sends',
  /** Challenges that were proven. */
  'verified',
  /** Sessions that began. */
  'sign_ins',
  /** Codes that were wrong. */
  'failed',
  /** Budgets that were spent, hence requests that were refused. */
  'refused',
  'new_accounts',
  /** Messages that reached nobody. */
  'undelivered',
] as const;
export type Metric = (typeof METRICS)[number];

/** By what it is counted: over all, by channel, by the country of a number (ISO 3166-1 alpha-2), by client. */
export type Dimension = 'all' | 'channel' | 'country' | 'client';

/** How often something happened on one day. It says of nobody what they did. */
export interface Tally {
  /** Days since the epoch, UTC. */
  readonly day: number;
  readonly metric: Metric;
  readonly dimension: Dimension;
  /** Which channel, country or client; empty over all. */
  readonly value: string;
  readonly count: number;
}

const DAY_MS = 86_400_000;

/** Days since the epoch, UTC. @param at milliseconds since the epoch */
export const dayOf = (at: number): number => Math.floor(at / DAY_MS);

/** Something that happened, before it is masked: the country of a number cannot be told from `+49•••12`. */
export interface Countable {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly clientId?: string | null | undefined;
  readonly identifier?: Identifier | undefined;
}

const METRIC_OF: Readonly<Partial<Record<EventType, Metric>>> = {
  'challenge.opened': 'opened',
  'challenge.proven': 'verified',
  'challenge.failed': 'failed',
  'session.started': 'sign_ins',
  'budget.refused': 'refused',
  'account.created': 'new_accounts',
  'message.failed': 'undelivered',
};

/** Failures that are no wrong codes: the challenge was over, or it was no code at all. */
const NO_GUESSES: ReadonlySet<string> = new Set(['code_expired', 'code_superseded', 'ticket']);

/** As what an event is counted; null when it is not. */
export const metricOf = (type: EventType, reason?: string): Metric | null =>
  type === 'challenge.failed' && NO_GUESSES.has(reason ?? '') ? null : (METRIC_OF[type] ?? null);

/** How something that happened is counted: over all, and by whatever is known of it. */
export function talliesOf(metric: Metric, { at, clientId, identifier }: Countable): Tally[] {
  const tally = (dimension: Dimension, value: string): Tally => ({
    day: dayOf(at),
    metric,
    dimension,
    value,
    count: 1,
  });
  const country = identifier?.channel === 'sms' ? numberFacts(identifier.value).country : null;
  return [
    tally('all', ''),
    ...(identifier === undefined ? [] : [tally('channel', identifier.channel)]),
    ...(country === null ? [] : [tally('country', country)]),
    // Of clients there may be thousands: one figure a day of each.
    ...(metric === 'sign_ins' && clientId != null ? [tally('client', clientId)] : []),
  ];
}

/** The same counts with each day, metric and value once. */
export function mergedTallies(tallies: readonly Tally[]): Tally[] {
  const merged = new Map<string, Tally>();
  for (const tally of tallies) {
    const key = [tally.day, tally.metric, tally.dimension, tally.value].join('\n');
    const count = (merged.get(key)?.count ?? 0) + tally.count;
    merged.set(key, { ...tally, count });
  }
  return [...merged.values()];
}
