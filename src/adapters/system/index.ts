export { createClock } from './clock.ts';
export { createLog, type LogOptions } from './log.ts';
export { createRandom } from './random.ts';
