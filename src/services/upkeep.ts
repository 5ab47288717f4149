import { dayOf } from '../domain/tally.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

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
export const createUpkeep =
  (deps: { store: Store; clock: Clock; rules: UpkeepRules }): (() => Promise<boolean>) =>
  async () => {
    const now = deps.clock.now();
    const { batch, keepEventDays, keepTallyDays } = deps.rules;
    const ended = await deps.store.purge(now, batch);
    const events = await deps.store.events.purge(now - keepEventDays * DAY_MS, batch);
    const tallies = await deps.store.events.purgeTallies(dayOf(now) - keepTallyDays, batch);
    return ended >= batch || events >= batch || tallies >= batch;
  };
