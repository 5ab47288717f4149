import type { Clock } from '../../ports/clock.ts';

/** The clock of this machine. */
export const createClock = (): Clock => ({ now: () => Date.now() });
