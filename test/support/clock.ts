import { mock } from 'node:test';

/** The process's time in the hands of a test: ours, the engine's and the browser's alike. */
export interface FrozenTime {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Moves time on. @param ms milliseconds, ≥ 0 */
  advance(ms: number): void;
  /** Sets time, backwards too. @param ms milliseconds since the epoch */
  set(ms: number): void;
  /** Gives the machine's time back; has to be called before another freeze. */
  restore(): void;
}

/**
 * Stops `Date` for the whole process. Timers and sockets go on, so servers answer as ever; only what reads the date
 * sees the time the test has set.
 *
 * @param now milliseconds since the epoch; the present when left out
 * @throws Error when time is frozen already
 */
export function freezeTime(now: number = Date.now()): FrozenTime {
  mock.timers.enable({ apis: ['Date'], now });
  return {
    now: () => Date.now(),
    advance: (ms) => mock.timers.tick(ms),
    set: (ms) => mock.timers.setTime(ms),
    restore: () => mock.timers.reset(),
  };
}
