import { expect } from 'chai';
import fc from 'fast-check';
import { type TailPlace, tailAfter, tailStart, UNSETTLED_MS } from '../../src/services/trail/trail-tail.ts';

interface Late {
  readonly at: number;
  readonly id: string;
  /** When it can be read. */
  readonly written: number;
}

const LIMIT = 3;
const START = 1_000_000;

/** What a watcher has seen who asks each time the clock moves, until everything has been there for long enough. */
function watched(events: readonly Late[], steps: readonly number[], from: number): string[] {
  const seen: string[] = [];
  let place: TailPlace = { settled: from, behind: null };
  let now = from;
  const ask = (): number => {
    const { at, id } = tailStart(place);
    const page = events
      .filter((event) => event.written <= now && (event.at > at || (event.at === at && event.id > id)))
      .sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))
      .slice(0, LIMIT);
    seen.push(...page.map((event) => event.id));
    place = tailAfter(place, page, LIMIT, now);
    return page.length;
  };
  for (const step of steps) {
    now += step;
    ask();
  }
  now += 10 * UNSETTLED_MS;
  while (ask() === LIMIT);
  while (ask() === LIMIT);
  return seen;
}

describe('watching the audit trail', () => {
  const lateness = fc.integer({ min: -2_000, max: UNSETTLED_MS - 1 });
  const event = fc.record({ at: fc.integer({ min: START, max: START + 60_000 }), late: lateness });
  const steps = fc.array(fc.integer({ min: 0, max: 8_000 }), { maxLength: 40 });

  it('shows everything, however late it is written and in whatever order, page by page', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), steps, (made, waits) => {
        const events = made.map(({ at, late }, index) => ({ at, id: `event${index}`, written: at + late }));
        const seen = new Set(watched(events, waits, START));
        expect(events.filter(({ id }) => !seen.has(id))).to.deep.equal([]);
      }),
      { numRuns: 500 },
    );
  });

  it('goes back no further than to what was settled: an old event is shown once', () => {
    const events = [{ at: START, id: 'old', written: START }];
    const seen = watched(events, [UNSETTLED_MS + 1, ...Array(50).fill(1_000)], START);
    expect(seen).to.deep.equal(['old']);
  });

  it('comes on although more happens in the unsettled time than a page has room for', () => {
    const events = Array.from({ length: 200 }, (_, index) => ({
      at: START + index * 10,
      id: `event${String(index).padStart(3, '0')}`,
      written: START + index * 10,
    }));
    const seen = new Set(watched(events, Array(200).fill(100), START));
    expect(seen.size).to.equal(200);
  });
});
