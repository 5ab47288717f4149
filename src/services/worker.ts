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
  let stopped = true;

  const tick = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    again = running !== null;
    running ??= rounds().finally(() => {
      running = null;
      if (again) tick();
      else if (!stopped) timer = setTimeout(tick, pauseMs).unref();
    });
  };

  const rounds = async (): Promise<void> => {
    let more = true;
    while (more && !stopped) {
      again = false;
      more = await guarded(name, round, log);
    }
  };

  return {
    start() {
      stopped = false;
      tick();
    },
    wake: tick,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function guarded(name: string, round: () => Promise<boolean>, log: Log): Promise<boolean> {
  try {
    return await round();
  } catch (error) {
    log.error({ err: error, worker: name }, 'background round failed');
    return false;
  }
}
