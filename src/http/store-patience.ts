import { AsyncLocalStorage } from 'node:async_hooks';
import type { Middleware } from 'koa';
import { Problem } from '../domain/errors.ts';
import type { Store } from '../ports/store.ts';

/**
 * How long one request waits for the store in all, in milliseconds; what is left of the 3 s of R-79 is for the answer. A
 * single call has a bound of its own, but a request makes several, and the engine goes on to save its session when one
 * of them has failed.
 */
const PATIENCE_MS = 2_500;

export interface StorePatience {
  /** Begins with each request. */
  readonly middleware: Middleware;
  /**
   * The same store for what requests ask of it. When their time is over, calls that are under way reject with
   * `store_unavailable`, and no new one is made. Outside of requests nothing is different.
   */
  bound(store: Store): Store;
}

/** The waiting of one request. */
interface Wait {
  during<Answer>(call: () => Promise<Answer>): Promise<Answer>;
  end(): void;
}

export function createStorePatience(): StorePatience {
  const waits = new AsyncLocalStorage<Wait>();
  const bounded = (call: () => Promise<unknown>): Promise<unknown> => waits.getStore()?.during(call) ?? call();
  return {
    async middleware(_ctx, next) {
      const wait = beginWait();
      try {
        await waits.run(wait, next);
      } finally {
        wait.end();
      }
    },
    bound: (store) => mapped(store, bounded),
  };
}

function beginWait(): Wait {
  const late = Promise.withResolvers<never>();
  let state: 'fresh' | 'waiting' | 'over' | 'ended' = 'fresh';
  let timer: NodeJS.Timeout | undefined;
  const giveUp = (): void => {
    state = 'over';
    late.reject(new Problem('store_unavailable', { retryAfter: 5, cause: new Error('the request has waited enough') }));
  };
  return {
    during(call) {
      // What a request has set going may outlive it.
      if (state === 'ended') return call();
      if (state === 'over') return late.promise;
      if (state === 'fresh') timer = setTimeout(giveUp, PATIENCE_MS);
      state = 'waiting';
      return Promise.race([call(), late.promise]);
    },
    end() {
      state = 'ended';
      clearTimeout(timer);
    },
  };
}

type Bounded = (call: () => Promise<unknown>) => Promise<unknown>;

/** The store with all of its methods, those of the stores inside of it too, made through `bounded`. */
function mapped<Part extends object>(part: Part, bounded: Bounded): Part {
  const members = Object.entries(part).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function') return [name, mapped(member as object, bounded)];
    return [name, (...given: unknown[]) => bounded(() => Reflect.apply(member, part, given) as Promise<unknown>)];
  });
  return Object.fromEntries(members) as Part;
}
