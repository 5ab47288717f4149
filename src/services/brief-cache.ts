import type { Clock } from '../ports/clock.ts';

/** What is read several times for each request and seldom changes; other nodes notice a change when it is over. */
export interface BriefCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  forget(key: string): void;
  clear(): void;
}

const CACHE_MS = 5_000;
const CACHE_SIZE = 10_000;

/** Keeps values for five seconds. */
export function createBriefCache<Value>(clock: Clock): BriefCache<Value> {
  const entries = new Map<string, { value: Value; until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      return entry !== undefined && entry.until > clock.now() ? entry.value : undefined;
    },
    set(key, value) {
      if (entries.size >= CACHE_SIZE) entries.clear();
      entries.set(key, { value, until: clock.now() + CACHE_MS });
    },
    forget: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}
