import type { ConsolePages } from '../../src/ports/views/admin-pages.ts';
import type { ConsoleSample } from './console.ts';

const DAY_MS = 86_400_000;
const TODAY = Date.UTC(2026, 2, 12);

/** Something that looks like life: weekends are quiet, and the last day is not over. */
const lively = (days: number, level: number, swing: number): number[] =>
  Array.from({ length: days }, (_, index) => {
    const weekday = new Date(TODAY - (days - 1 - index) * DAY_MS).getUTCDay();
    const rest = weekday === 0 || weekday === 6 ? 0.55 : 1;
    const wave = 1 + swing * Math.sin(index * 1.7) + swing * 0.6 * Math.cos(index * 0.6);
    const part = index === days - 1 ? 0.4 : 1;
    return Math.max(0, Math.round(level * (0.75 + (0.5 * index) / days) * rest * wave * part));
  });

const overview = (days: number): ConsolePages['overview'] => {
  const counted = (level: number, before: number, swing = 0.12) => ({ values: lively(days, level, swing), before });
  return {
    days,
    periods: [7, 30, 90].map((count) => ({ days: count, href: `/admin?days=${count}` })),
    dates: Array.from({ length: days }, (_, index) =>
      new Date(TODAY - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10),
    ),
    signIns: counted(420, 9800),
    sends: counted(480, 11_000),
    verified: counted(446, 10_400),
    refusals: counted(9, 310, 0.8),
    failures: counted(21, 540, 0.4),
    newAccounts: counted(64, 1900, 0.3),
    undelivered: counted(3, 60, 0.9),
    channels: [
      { name: 'email', value: 10_214 },
      { name: 'sms', value: 1893 },
    ],
    countries: [
      { name: 'BE', value: 842 },
      { name: 'DE', value: 511 },
      { name: 'FR', value: 302 },
      { name: 'NL', value: 163 },
      { name: 'GB', value: 75 },
    ],
    countriesTotal: 1893,
    applications: [
      { name: 'Northwind Library', value: 6210, href: '/admin/clients/northwind' },
      { name: 'Contoso Research and Development Expense Reports', value: 2933, href: '/admin/clients/contoso' },
      { name: 'Fabrikam', value: 1204, href: '/admin/clients/fabrikam' },
      { name: 'Staff portal', value: 188, href: null },
    ],
    delivery: { waiting: 3, failed: 0, href: '/admin/messages' },
    isNew: false,
    mayWrite: true,
  };
};

const nought = { values: Array.from({ length: 30 }, () => 0), before: 0 };

/** How an installation is doing: for a month, a week, a quarter, and before anything has happened. */
export const overviewSamples: Readonly<Record<string, ConsoleSample>> = {
  overview: { page: 'overview', frame: { active: 'overview' }, model: overview(30) },
  'overview-week': { page: 'overview', frame: { active: 'overview' }, model: overview(7) },
  'overview-quarter': {
    page: 'overview',
    frame: { active: 'overview' },
    model: { ...overview(90), delivery: { waiting: 1204, failed: 12, href: '/admin/messages' } },
  },
  'overview-new': {
    page: 'overview',
    frame: { active: 'overview', development: true },
    model: {
      ...overview(30),
      signIns: nought,
      sends: nought,
      verified: nought,
      refusals: nought,
      failures: nought,
      newAccounts: nought,
      undelivered: nought,
      channels: [],
      countries: [],
      applications: [],
      delivery: { waiting: 0, failed: 0, href: '/admin/messages' },
      isNew: true,
    },
  },
};
