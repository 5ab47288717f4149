import { expect } from 'chai';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { dayOf, type Tally } from '../../src/domain/tally.ts';
import type { Store } from '../../src/ports/store.ts';
import { createUpkeep } from '../../src/services/upkeep/upkeep.ts';
import { type ScratchFile, scratchFile } from '../contract/scratch-file.ts';
import { DAY, eventOf, START } from '../support/factories.ts';

const CLIENTS = 150;
const RULES = { batch: 1_000, keepEventDays: 90, keepTallyDays: 400 };

describe('upkeep: events and what is counted of them', () => {
  let file: ScratchFile;
  let store: Store;
  let now: number;
  let upkeep: () => Promise<boolean>;
  beforeEach(async () => {
    file = scratchFile();
    store = await openSqliteStore({ path: file.path });
    now = START;
    upkeep = createUpkeep({ store, clock: { now: () => now }, rules: RULES });
  });
  afterEach(async () => {
    await store.close();
    file.remove();
  });

  const countOn = (at: number): Promise<void> =>
    store.events.append(
      [eventOf({ at })],
      Array.from(
        { length: CLIENTS },
        (_, index): Tally => ({
          day: dayOf(at),
          metric: 'sign_ins',
          dimension: 'client',
          value: `client-${index}`,
          count: index + 1,
        }),
      ),
    );
  const countsOf = async (at: number): Promise<number[]> =>
    (await store.events.tallies('client', dayOf(at), dayOf(at) + 1)).map(({ count }) => count);

  it('keeps the hundred busiest applications of a day that is over, and all of today', async () => {
    await countOn(now);
    await countOn(now - 3 * DAY);
    await upkeep();
    expect(await countsOf(now)).to.have.length(CLIENTS);
    expect((await countsOf(now - 3 * DAY)).sort((one, other) => one - other).slice(0, 2)).to.deep.equal([51, 52]);
    now += DAY;
    await upkeep();
    expect(await countsOf(START)).to.have.length(100);
  });

  it('keeps counts longer than events', async () => {
    await countOn(now);
    now += 91 * DAY;
    await upkeep();
    expect(await store.events.list({}, 10)).to.deep.equal([]);
    expect(await countsOf(START)).not.to.deep.equal([]);
    now += 309 * DAY;
    await upkeep();
    expect(await countsOf(START)).not.to.deep.equal([]);
    now += DAY;
    await upkeep();
    expect(await countsOf(START)).to.deep.equal([]);
  });
});
