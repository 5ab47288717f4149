import { expect } from 'chai';
import type { Tally } from '../../src/domain/tally.ts';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { DAY } from '../support/factories.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';

interface Figures {
  readonly opened: number;
  readonly sends: number;
  readonly verified: number;
  readonly sign_ins: number;
  readonly failures: number;
  readonly refusals: number;
  readonly new_accounts: number;
  readonly undelivered: number;
}

interface Overview {
  readonly days: readonly ({ readonly day: string } & Figures)[];
  readonly totals: Figures;
  readonly before: Figures;
  readonly funnel: Readonly<Record<string, number>>;
  readonly by_channel: readonly ({ readonly channel: string } & Figures)[];
  readonly by_country: readonly ({ readonly country: string } & Figures)[];
  readonly by_client: readonly {
    readonly client_id: string;
    readonly name: string | null;
    readonly sign_ins: number;
  }[];
}

const NOTHING: Figures = {
  opened: 0,
  sends: 0,
  verified: 0,
  sign_ins: 0,
  failures: 0,
  refusals: 0,
  new_accounts: 0,
  undelivered: 0,
};

describe('Admin API: statistics', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withAdmin });
  const administrator = createAdministrator(suite);

  async function overview(days?: number): Promise<Overview> {
    const { status, text, body } = await administrator.call('GET', `/statistics${days ? `?days=${days}` : ''}`);
    expect(status, text).to.equal(200);
    return body as unknown as Overview;
  }
  const today = (): number => Math.floor(Date.now() / DAY);
  const dated = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
  const add = (tallies: readonly Tally[]) => suite.server.server.store.events.append([], tallies);

  it('count what people do, as it happens, and once each', async () => {
    const browser = suite.browser();
    const address = suite.address();
    await suite.begin(browser);
    const code = await suite.askForCode(browser, address);
    await enterCode(browser, wrongCode(code));
    await enterCode(browser, code);
    await suite.events({ type: 'session.started' });
    await suite.delivered();
    // The counts are written with the event, and the sending a moment later.
    let found = await overview();
    while (found.totals.sends === 0) found = await overview();
    const expected = { ...NOTHING, opened: 1, sends: 1, verified: 1, sign_ins: 1, failures: 1, new_accounts: 1 };
    expect(found.totals).to.deep.equal(expected);
    expect(found.days.at(-1)).to.deep.equal({ day: dated(today()), ...expected });
    expect(found.funnel).to.deep.equal({ opened: 1, sent: 1, verified: 1, signed_in: 1 });
    expect(found.by_channel).to.deep.equal([{ channel: 'email', ...expected }]);
    expect(found.by_country).to.deep.equal([]);
    expect(found.by_client).to.deep.equal([{ client_id: 'demo', name: 'Demo', sign_ins: 1 }]);
    expect(JSON.stringify(found)).not.to.contain(address);
  });

  it('have every day, with nothing where nothing was, and the time before to compare with', async () => {
    const tally = (ago: number, count: number, more: Partial<Tally> = {}): Tally => ({
      day: today() - ago,
      metric: 'refused',
      dimension: 'all',
      value: '',
      count,
      ...more,
    });
    await add([
      tally(2, 3),
      tally(6, 4),
      tally(7, 50),
      tally(13, 60),
      tally(14, 1000),
      tally(3, 5, { dimension: 'country', value: 'DE', metric: 'sends' }),
      tally(3, 9, { dimension: 'country', value: 'FR', metric: 'sends' }),
      tally(3, 2, { dimension: 'country', value: 'DE', metric: 'verified' }),
    ]);
    const week = await overview(7);
    expect(week.days.map(({ day }) => day)).to.deep.equal([6, 5, 4, 3, 2, 1, 0].map((ago) => dated(today() - ago)));
    expect(week.days.map(({ refusals }) => refusals)).to.deep.equal([4, 0, 0, 0, 3, 0, 0]);
    expect([week.totals.refusals, week.before.refusals]).to.deep.equal([7, 110]);
    expect(week.by_country).to.deep.equal([
      { ...NOTHING, country: 'FR', sends: 9 },
      { ...NOTHING, country: 'DE', sends: 5, verified: 2 },
    ]);
    for (const [days, refusals] of [
      [30, 1117],
      [90, 1117],
    ] as const) {
      const found = await overview(days);
      expect([found.days.length, found.totals.refusals]).to.deep.equal([days, refusals]);
    }
  });

  it('name the ten applications with most sign-ins, and those that are gone by their id', async () => {
    await add(
      Array.from({ length: 12 }, (_, index) => ({
        day: today(),
        metric: 'sign_ins' as const,
        dimension: 'client' as const,
        value: `gone-${String(index).padStart(2, '0')}`,
        count: 100 + index,
      })),
    );
    const { by_client } = await overview(7);
    expect(by_client.map(({ sign_ins }) => sign_ins)).to.deep.equal([111, 110, 109, 108, 107, 106, 105, 104, 103, 102]);
    expect(by_client[0]).to.deep.equal({ client_id: 'gone-11', name: null, sign_ins: 111 });
  });

  it('are of periods that there are, for whoever has a key', async () => {
    for (const days of ['0', '8', '-7', '1e1', 'all', '7&days=30']) {
      expect((await administrator.call('GET', `/statistics?days=${days}`)).status, days).to.equal(400);
    }
    expect((await administrator.call('GET', '/statistics', { key: null })).status).to.equal(401);
  });
});
