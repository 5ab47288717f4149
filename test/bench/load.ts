/** How long a run of load lasts: whichever comes first. */
export interface LoadLimit {
  readonly ms?: number;
  readonly count?: number;
}

export interface LoadResult {
  readonly count: number;
  /** From the first start to the last end, in milliseconds. */
  readonly ms: number;
  /** One per task, in milliseconds. */
  readonly latencies: readonly number[];
}

export const perSecond = ({ count, ms }: { readonly count: number; readonly ms: number }): number =>
  (count * 1000) / ms;

/**
 * Keeps `concurrency` tasks going, each started when one ends (a closed loop). A task that fails ends the whole run:
 * figures of a server that refuses are no figures.
 */
export async function runLoad(
  concurrency: number,
  limit: LoadLimit,
  task: (index: number) => Promise<void>,
): Promise<LoadResult> {
  const { ms = Number.POSITIVE_INFINITY, count = Number.POSITIVE_INFINITY } = limit;
  const latencies: number[] = [];
  const startedAt = performance.now();
  let started = 0;
  const work = async (): Promise<void> => {
    while (started < count && performance.now() - startedAt < ms) {
      const index = started;
      started += 1;
      const from = performance.now();
      await task(index);
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return { count: latencies.length, ms: performance.now() - startedAt, latencies };
}
