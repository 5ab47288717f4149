import { dayOf } from '../../domain/tally.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';

/** How garbage is collected; correctness never waits for it. */
export interface UpkeepRules {
  /** Records of each kind in one go, so that no round holds the store for long. */
  readonly batch: number;
  /** Days audit events are kept. */
  readonly keepEventDays: number;
  /** Days for which the statistics know how often something happened. */
  readonly keepTallyDays: number;
}

const DAY_MS = 24 * 3600 * 1000;

/** One round of garbage collection. @returns whether there is more to do */
export function createUpkeep(deps: { store: Store; clock: Clock; rules: UpkeepRules }): () => Promise<boolean> {
  let trimmedBefore: number | null = null;
  return async () => {
    const now = deps.clock.now();
    const { batch, keepEventDays, keepTallyDays } = deps.rules;
    const ended = await deps.store.purge(now, batch);
    const events = await deps.store.events.purge(now - keepEventDays * DAY_MS, batch);
    const tallies = await deps.store.events.purgeTallies(dayOf(now) - keepTallyDays, batch);
    trimmedBefore = await trimDays(deps.store, trimmedBefore, dayOf(now));
    return ended >= batch || events >= batch || tallies >= batch;
  };
}

/** Applications that a day that is over is counted by: the statistics show the first ten of a period. */
const KEPT_CLIENTS = 100;

/** Days that a start looks back at: nobody counts while no server runs. */
const LOOK_BACK_DAYS = 7;

/** Each day once, when it is over: of thousands of applications the overview would read thousands of counts for each day. */
async function trimDays(store: Store, from: number | null, today: number): Promise<number> {
  for (let day = from ?? today - LOOK_BACK_DAYS; day < today; day += 1) {
    await store.events.trimTallies('client', day, KEPT_CLIENTS);
  }
  return today;
}
