import type { Client } from '../../../domain/client.ts';
import { isOwnClient } from '../../../domain/own-clients.ts';
import type { ConsolePages } from '../../../ports/views/admin-pages.ts';
import type { OutboxDesk } from '../../../services/messages/outbox-desk.ts';
import { type Figures, OVERVIEW_DAYS, type Overview, type Statistics } from '../../../services/trail/statistics.ts';
import { withQuery } from './lists.ts';
import type { ConsoleChapter } from './routes.ts';
import { HOME } from './visits.ts';

interface Deps {
  readonly statistics: Statistics;
  readonly outboxDesk: Pick<OutboxDesk, 'backlog'>;
  readonly clients: { list(after: string | null, limit: number): Promise<Client[]> };
  /** Clients that are there to try the server with. */
  readonly demo: readonly string[];
}

const USUAL_DAYS = 30;

/** The front page: how the installation is doing. */
export const overviewChapter =
  (deps: Deps): ConsoleChapter =>
  (desk) => {
    desk.page(HOME, 'read', async (here) => {
      const days = OVERVIEW_DAYS.find((known) => String(known) === here.query.days) ?? USUAL_DAYS;
      const [overview, waiting, isNew] = await Promise.all([
        deps.statistics.overview(days),
        deps.outboxDesk.backlog(),
        isNewHere(deps),
      ]);
      const model = { ...overviewModel(overview), isNew, mayWrite: here.may('write') };
      const delivery = { waiting, failed: overview.totals.undelivered, href: '/admin/messages' };
      desk.render(here, 'overview', { ...model, delivery }, { active: 'overview' });
    });
  };

/** Nobody has an application here yet. */
async function isNewHere({ clients, demo }: Deps): Promise<boolean> {
  // The demonstration's, our own two, and one more would be somebody's.
  const some = await clients.list(null, demo.length + 3);
  return some.every(({ id }) => isOwnClient(id) || demo.includes(id));
}

function overviewModel({
  days,
  before,
  byChannel,
  byCountry,
  byClient,
}: Overview): Omit<ConsolePages['overview'], 'isNew' | 'mayWrite' | 'delivery'> {
  const counted = (figure: keyof Figures) => ({ values: days.map((day) => day[figure]), before: before[figure] });
  const sent = <Entry extends Figures>(entries: readonly Entry[], name: (entry: Entry) => string) =>
    entries.filter(({ sends }) => sends > 0).map((entry) => ({ name: name(entry), value: entry.sends }));
  return {
    days: days.length,
    periods: OVERVIEW_DAYS.map((count) => ({ days: count, href: withQuery(HOME, { days: String(count) }) })),
    dates: days.map(({ day }) => day),
    signIns: counted('signIns'),
    sends: counted('sends'),
    verified: counted('verified'),
    refusals: counted('refusals'),
    failures: counted('failures'),
    newAccounts: counted('newAccounts'),
    undelivered: counted('undelivered'),
    channels: sent(byChannel, ({ channel }) => channel),
    countries: sent(byCountry, ({ country }) => country).slice(0, MOST_COUNTRIES),
    countriesTotal: byCountry.reduce((sum, { sends }) => sum + sends, 0),
    applications: byClient.map(({ clientId, name, signIns }) => ({
      name: name ?? clientId,
      value: signIns,
      href: name === null || isOwnClient(clientId) ? null : `/admin/clients/${encodeURIComponent(clientId)}`,
    })),
  };
}

/** So many countries are shown; their shares are of all. */
const MOST_COUNTRIES = 8;
