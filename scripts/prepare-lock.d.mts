/** Types of `prepare-lock.mjs`, which has to stay plain JavaScript. */

/** Milliseconds. */
export interface LockTiming {
  readonly beat: number;
  readonly stale: number;
  readonly poll: number;
  readonly patience: number;
}

export function withLock<T>(
  lock: string,
  work: () => Promise<T>,
  options?: { onWait?: () => void; timing?: Partial<LockTiming> },
): Promise<T>;
