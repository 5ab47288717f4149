import type { Log } from '../ports/log.ts';

/** Something that runs again and again in the background until it is told to stop. */
export interface Worker {
  start(): void;
  /** Runs as soon as possible instead of at the next tick. */
  wake(): void;
  /** Resolves when the round that is running has ended; none follows. */
  stop(): Promise<void>;
}

/**
 * @param round does a piece of work; answers true when there is more to do at once. Its errors are logged, and the next
 * round comes after the pause: an outage of the store or of a provider never ends a worker.
 * @param pauseMs between rounds that found nothing more to do
 */
export function createWorker(name: string, round: () => Promise<boolean>, pauseMs: number, log: Log): Worker {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let again = false;
  let state: 'new' | 'started' | 'stopped' = 'new';

  const run = async (): Promise<void> => {
    let more = true;
    while (more && state === 'started') {
      again = false;
      more = await round().catch((error: unknown) => {
        log.error({ err: error, worker: name }, 'background round failed');
        again = false;
        return false;
      });
      more ||= again;
    }
  };

  const tick = (): void => {
    clearTimeout(timer);
    if (state !== 'started') return;
    if (running !== null) {
      again = true;
      return;
    }
    running = run().finally(() => {
      running = null;
      if (again) tick();
      else if (state === 'started') timer = setTimeout(tick, pauseMs).unref();
    });
  };

  return {
    start() {
      state = 'started';
      tick();
    },
    wake: tick,
    async stop() {
      state = 'stopped';
      clearTimeout(timer);
      await running;
    },
  };
}
