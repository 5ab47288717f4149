import type { mongo } from 'mongoose';

/**
 * How long calls fail, without one that succeeds, before the driver is started anew, in milliseconds. The first of them has
 * waited as long before, so that the driver had its time to find the way by itself, and most of the 10 s of a recovery are
 * left.
 */
const FRUITLESS_MS = 2_000;

/** The least time between two attempts to connect, in milliseconds. */
const PAUSE_MS = 500;

/**
 * Starts the driver anew when it has lost its way. What it sends over a socket that was ended but is not closed yet waits
 * for ever: it is written to a stream that is destroyed, and only the bytes that leave a stream are waited for. A
 * monitor's heartbeat that meets this moment is never over, and no server is found any more; a handshake that does takes
 * one of the two places for new connections with it.
 *
 * As long as a single call succeeds nothing is done, so that nobody's call is interrupted which would have succeeded.
 */
export interface Renewal {
  /** A call has succeeded. */
  succeeded(): void;
  /** A call has failed because the store is not there. */
  failed(): void;
  /** Lets no new attempt begin. @returns when the one that is under way is over */
  stop(): Promise<void>;
}

/** @param now milliseconds that only ever rise */
export function createRenewal(client: Pick<mongo.MongoClient, 'close' | 'connect'>, now: () => number): Renewal {
  let failingSince: number | undefined;
  let patience = FRUITLESS_MS;
  let attempt: Promise<void> | undefined;
  let stopped = false;

  const renew = async (): Promise<void> => {
    try {
      await client.close();
      await client.connect();
      patience = FRUITLESS_MS;
    } catch {
      // It has no connection now, so that the next attempt interrupts nothing. The calls say that it failed.
      patience = PAUSE_MS;
    }
    failingSince = undefined;
    attempt = undefined;
  };

  return {
    succeeded() {
      failingSince = undefined;
    },
    failed() {
      failingSince ??= now();
      if (!stopped && now() - failingSince >= patience) attempt ??= renew();
    },
    async stop() {
      stopped = true;
      await attempt;
    },
  };
}
