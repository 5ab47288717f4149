import { expect } from 'chai';
import type { Tally } from '../../src/domain/tally.ts';
import { eventOf } from '../support/factories.ts';
import { CALLERS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

const TODAY = 20_000;

const tallyOf = (more: Partial<Tally> = {}): Tally => ({
  day: TODAY,
  metric: 'sign_ins',
  dimension: 'all',
  value: '',
  count: 1,
  ...more,
});

/** What is counted with `events`. */
export function talliesContract(store: CurrentStore): void {
  describe('tallies', () => {
    const days = (dimension: Tally['dimension'], from = TODAY, until = TODAY + 1) =>
      store().events.tallies(dimension, from, until);

    it('loses no count of those that are added at once, and no event', async () => {
      const channel = tallyOf({ dimension: 'channel', value: 'email', count: 3 });
      await parallel(() => store().events.append([eventOf()], [tallyOf(), channel]));
      expect(await days('all')).to.deep.equal([tallyOf({ count: CALLERS })]);
      expect(await days('channel')).to.deep.equal([{ ...channel, count: 3 * CALLERS }]);
      expect(await store().events.list({}, 1000)).to.have.length(CALLERS);
    });

    it('keeps days, metrics, dimensions and values apart', async () => {
      const tallies = [
        tallyOf(),
        tallyOf({ day: TODAY + 1 }),
        tallyOf({ metric: 'sends', count: 7 }),
        tallyOf({ dimension: 'country', value: 'DE' }),
        tallyOf({ dimension: 'country', value: 'FR' }),
        tallyOf({ dimension: 'client', value: "a 'client' of 1 {$gt: ''}" }),
      ];
      await store().events.append([], tallies);
      const two = await Promise.all(
        (['all', 'country', 'client'] as const).map((name) => days(name, TODAY, TODAY + 2)),
      );
      expect(two.flat()).to.have.deep.members(tallies);
      expect(await days('all', TODAY + 1, TODAY + 2)).to.deep.equal([tallyOf({ day: TODAY + 1 })]);
      expect(await days('all', TODAY - 5, TODAY)).to.deep.equal([]);
      expect(await days('channel')).to.deep.equal([]);
    });

    it('sums over days, the highest first, as many as asked for', async () => {
      const client = (value: string, day: number, count: number) => tallyOf({ dimension: 'client', value, day, count });
      await store().events.append(
        [],
        [client('a', TODAY, 1), client('b', TODAY, 5), client('a', TODAY + 1, 10), client('c', TODAY + 1, 2)],
      );
      await store().events.append([], [client('a', TODAY + 2, 100), tallyOf({ count: 1000 })]);
      const sum = (value: string, count: number) => ({ metric: 'sign_ins', value, count });
      const sums = (from: number, until: number, limit: number) => store().events.sums('client', from, until, limit);
      expect(await sums(TODAY, TODAY + 2, 10)).to.deep.equal([sum('a', 11), sum('b', 5), sum('c', 2)]);
      expect(await sums(TODAY, TODAY + 2, 2)).to.deep.equal([sum('a', 11), sum('b', 5)]);
      expect(await sums(TODAY, TODAY + 1, 1)).to.deep.equal([sum('b', 5)]);
    });

    it('trims a day to its highest counts, and nothing else', async () => {
      const client = (value: string, count: number, day = TODAY) => tallyOf({ dimension: 'client', value, day, count });
      const kept = [client('a', 9), client('c', 7), client('b', 1, TODAY + 1), tallyOf()];
      await store().events.append([], [...kept, client('b', 1), client('d', 2)]);
      expect(await store().events.trimTallies('client', TODAY, 2)).to.equal(2);
      expect(await store().events.trimTallies('client', TODAY, 2)).to.equal(0);
      const left = await Promise.all([days('client', TODAY, TODAY + 2), days('all')]);
      expect(left.flat()).to.have.deep.members(kept);
    });

    it('purges whole days, as many counts as asked for', async () => {
      const dimensions = ['all', 'channel', 'country', 'client'] as const;
      const tallies = dimensions.flatMap((dimension) =>
        [0, 1, 2].map((offset) => tallyOf({ dimension, value: 'x', day: TODAY + offset })),
      );
      await store().events.append([], tallies);
      expect(await store().events.purgeTallies(TODAY + 2, 5)).to.equal(5);
      expect(await store().events.purgeTallies(TODAY + 2, 5)).to.equal(3);
      expect(await store().events.purgeTallies(TODAY + 2, 5)).to.equal(0);
      const left = await Promise.all(dimensions.map((dimension) => days(dimension, 0, TODAY + 9)));
      expect(left.flat().map(({ day }) => day)).to.deep.equal(Array(4).fill(TODAY + 2));
    });
  });
}
