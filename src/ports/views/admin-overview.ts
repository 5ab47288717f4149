/** A count on each day of a period, oldest first, with what it was over the same time before. */
interface Counted {
  readonly values: readonly number[];
  readonly before: number;
}

/** How often, by a word that stands for it. */
interface Named {
  readonly name: string;
  readonly value: number;
}

/** How the installation is doing. */
export interface OverviewPage {
  readonly overview: {
    /** Length of the period, and what it may be. */
    readonly days: number;
    readonly periods: readonly { readonly days: number; readonly href: string }[];
    /** ISO 8601 dates in UTC, oldest first; the last is today. */
    readonly dates: readonly string[];
    readonly signIns: Counted;
    readonly sends: Counted;
    readonly verified: Counted;
    readonly refusals: Counted;
    readonly failures: Counted;
    readonly newAccounts: Counted;
    readonly undelivered: Counted;
    /** Messages by channel: `email`, `sms`. */
    readonly channels: readonly Named[];
    /** Text messages by country of the number: ISO 3166-1 alpha-2. */
    readonly countries: readonly Named[];
    /** Of all countries. */
    readonly countriesTotal: number;
    /** Sign-ins by application, the ten with most. */
    readonly applications: readonly (Named & { readonly href: string | null })[];
    /** Messages that wait, and how many of this period reached nobody. */
    readonly delivery: { readonly waiting: number; readonly failed: number; readonly href: string };
    /** Nobody has registered an application yet. */
    readonly isNew: boolean;
    /** Whoever looks may change something. */
    readonly mayWrite: boolean;
  };
}
