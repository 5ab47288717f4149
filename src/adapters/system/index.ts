export { createClock } from './clock.ts';
export { createLog } from './log.ts';
export { createRandom } from './random.ts';
