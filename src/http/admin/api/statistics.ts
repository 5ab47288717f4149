import { z } from 'zod';
import {
  type Figures,
  OVERVIEW_DAYS,
  type Overview,
  type OverviewDays,
  type Statistics,
} from '../../../services/trail/statistics.ts';
import { type AdminOperation, adminOperation } from './operation.ts';

const figures = {
  opened: z.int().describe('Challenges that were opened: somebody wanted to sign in.'),
  sends: z.int().describe('Messages with a code or a link that were taken for delivery.'),
  verified: z.int().describe('Challenges that were proven.'),
  sign_ins: z.int(),
  failures: z.int().describe('Wrong codes.'),
  refusals: z.int().describe('What a budget refused.'),
  new_accounts: z.int(),
  undelivered: z.int().describe('Messages that reached nobody.'),
};

const overviewSchema = z
  .strictObject({
    days: z
      .array(z.strictObject({ day: z.string().describe('UTC, `YYYY-MM-DD`.'), ...figures }))
      .describe('Every day, oldest first; the last one is today, and not over yet.'),
    totals: z.strictObject(figures),
    before: z.strictObject(figures).describe('As many days before.'),
    funnel: z
      .strictObject({ opened: z.int(), sent: z.int(), verified: z.int(), signed_in: z.int() })
      .describe('From the wish to sign in to the session, each step as often as it happened.'),
    by_channel: z.array(z.strictObject({ channel: z.enum(['email', 'sms']), ...figures })),
    by_country: z.array(
      z.strictObject({ country: z.string().describe('Of the number: ISO 3166-1 alpha-2.'), ...figures }),
    ),
    by_client: z
      .array(z.strictObject({ client_id: z.string(), name: z.string().nullable(), sign_ins: z.int() }))
      .describe('At most ten, most sign-ins first; `name` is null for one that is not there any more.'),
  })
  .meta({ id: 'Overview' });

const shownFigures = ({ signIns, newAccounts, ...others }: Figures) => ({
  ...others,
  sign_ins: signIns,
  new_accounts: newAccounts,
});

const shown = ({ days, totals, before, funnel, ...by }: Overview): z.input<typeof overviewSchema> => ({
  days: days.map(({ day, ...each }) => ({ day, ...shownFigures(each) })),
  totals: shownFigures(totals),
  before: shownFigures(before),
  funnel: { opened: funnel.opened, sent: funnel.sent, verified: funnel.verified, signed_in: funnel.signedIn },
  by_channel: by.byChannel.map(({ channel, ...each }) => ({ channel, ...shownFigures(each) })),
  by_country: by.byCountry.map(({ country, ...each }) => ({ country, ...shownFigures(each) })),
  by_client: by.byClient.map(({ clientId, name, signIns }) => ({ client_id: clientId, name, sign_ins: signIns })),
});

const isPeriod = (days: number): days is OverviewDays => OVERVIEW_DAYS.some((known) => known === days);

const query = z.strictObject({
  days: z
    .string()
    .transform(Number)
    .refine(isPeriod, `expected ${OVERVIEW_DAYS.join(', ')}`)
    .default(30)
    .describe(`Of how many days, today included: ${OVERVIEW_DAYS.join(', ')}.`),
});

const SOME: z.input<typeof overviewSchema>['totals'] = {
  opened: 120,
  sends: 118,
  verified: 101,
  sign_ins: 101,
  failures: 9,
  refusals: 2,
  new_accounts: 14,
  undelivered: 1,
};

/** How it goes. */
export const statisticsOperations = ({ statistics }: { readonly statistics: Statistics }): AdminOperation[] => [
  adminOperation({
    id: 'readStatistics',
    group: 'Statistics',
    method: 'get',
    path: '/statistics',
    summary: 'Read the statistics',
    description: 'What happened lately, counted by day as it happens; it says of nobody what they did.',
    scope: 'read',
    query,
    body: null,
    success: { status: 200, description: 'An overview', schema: overviewSchema },
    examples: [
      {
        summary: 'The last 30 days',
        body: null,
        answer: {
          days: [{ day: '2026-01-15', ...SOME }],
          totals: SOME,
          before: SOME,
          funnel: { opened: 120, sent: 118, verified: 101, signed_in: 101 },
          by_channel: [{ channel: 'email', ...SOME }],
          by_country: [],
          by_client: [{ client_id: 'demo', name: 'Demo', sign_ins: 101 }],
        },
      },
    ],
    handle: async ({ query: { days } }) => shown(await statistics.overview(days)),
  }),
];
