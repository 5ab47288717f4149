import type { Channel } from '../../domain/identifier.ts';
import { dayOf, type Metric, type Tally } from '../../domain/tally.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventStore, Sum } from '../../ports/store/events.ts';
import type { ClientStore } from '../../ports/store/records.ts';

/** How many days an overview is of; so many before them are what it is compared with. */
export const OVERVIEW_DAYS = [7, 30, 90] as const;
export type OverviewDays = (typeof OVERVIEW_DAYS)[number];

/** How often each thing happened. */
export interface Figures {
  /** Challenges that were opened: somebody wanted to sign in. */
  readonly opened: number;
  /** Messages with a code or a link that were taken for delivery. */
  readonly sends: number;
  /** Challenges that were proven. */
  readonly verified: number;
  readonly signIns: number;
  /** Wrong codes. */
  readonly failures: number;
  /** What a budget refused. */
  readonly refusals: number;
  readonly newAccounts: number;
  /** Messages that reached nobody. */
  readonly undelivered: number;
}

/** What happened lately. Days are those of UTC, as `YYYY-MM-DD`. */
export interface Overview {
  /** Every day, oldest first; the last one is today, and not over yet. */
  readonly days: readonly ({ readonly day: string } & Figures)[];
  readonly totals: Figures;
  /** As many days before. */
  readonly before: Figures;
  /** From the wish to sign in to the session, each step as often as it happened. */
  readonly funnel: {
    readonly opened: number;
    readonly sent: number;
    readonly verified: number;
    readonly signedIn: number;
  };
  readonly byChannel: readonly ({ readonly channel: Channel } & Figures)[];
  /** Of numbers; most sends first. `country` is an ISO 3166-1 alpha-2 code. */
  readonly byCountry: readonly ({ readonly country: string } & Figures)[];
  /** At most ten, most sign-ins first. `name` is null for one that is not there any more. */
  readonly byClient: readonly { readonly clientId: string; readonly name: string | null; readonly signIns: number }[];
}

/** What the administration knows of how it goes. */
export interface Statistics {
  /** Of counts only: it takes no longer, however many events there are. */
  overview(days: OverviewDays): Promise<Overview>;
}

/** More than there are countries, each with all metrics. */
const ALL_SUMS = 3_000;
const TOP_CLIENTS = 10;

interface Deps {
  readonly store: {
    readonly events: Pick<EventStore, 'tallies' | 'sums'>;
    readonly clients: Pick<ClientStore, 'find'>;
  };
  readonly clock: Clock;
}

export function createStatistics({ store, clock }: Deps): Statistics {
  return {
    async overview(days) {
      const until = dayOf(clock.now()) + 1;
      const from = until - days;
      const [tallies, channels, countries, clients] = await Promise.all([
        store.events.tallies('all', from - days, until),
        store.events.sums('channel', from, until, ALL_SUMS),
        store.events.sums('country', from, until, ALL_SUMS),
        store.events.sums('client', from, until, TOP_CLIENTS),
      ]);
      const totals = figuresOf(tallies.filter(({ day }) => day >= from));
      return {
        days: seriesOf(tallies, from, until),
        totals,
        before: figuresOf(tallies.filter(({ day }) => day < from)),
        funnel: {
          opened: totals.opened,
          sent: totals.sends,
          verified: totals.verified,
          signedIn: totals.signIns,
        },
        byChannel: byValue(channels).map(([channel, figures]) => ({ channel: channel as Channel, ...figures })),
        byCountry: byValue(countries).map(([country, figures]) => ({ country, ...figures })),
        byClient: await Promise.all(clients.map((sum) => named(store.clients, sum))),
      };
    },
  };
}

function figuresOf(counts: readonly Pick<Tally, 'metric' | 'count'>[]): Figures {
  const of = (wanted: Metric): number =>
    counts.reduce((sum, { metric, count }) => (metric === wanted ? sum + count : sum), 0);
  return {
    opened: of('opened'),
    sends: of('sends'),
    verified: of('verified'),
    signIns: of('sign_ins'),
    failures: of('failed'),
    refusals: of('refused'),
    newAccounts: of('new_accounts'),
    undelivered: of('undelivered'),
  };
}

const seriesOf = (tallies: readonly Tally[], from: number, until: number): Overview['days'] =>
  Array.from({ length: until - from }, (_, index) => ({
    day: dateOf(from + index),
    ...figuresOf(tallies.filter(({ day }) => day === from + index)),
  }));

const DAY_MS = 86_400_000;

const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

function byValue(sums: readonly Sum[]): [string, Figures][] {
  const values = [...new Set(sums.map(({ value }) => value))];
  return values
    .map((value): [string, Figures] => [value, figuresOf(sums.filter((sum) => sum.value === value))])
    .sort(([one, more], [other, most]) => most.sends - more.sends || (one < other ? -1 : 1));
}

async function named(clients: Pick<ClientStore, 'find'>, { value, count }: Sum): Promise<Overview['byClient'][number]> {
  return { clientId: value, name: (await clients.find(value))?.name ?? null, signIns: count };
}
