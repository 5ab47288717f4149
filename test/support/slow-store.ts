import { setTimeout as delay } from 'node:timers/promises';

/**
 * The same store behind a network: every call, of the store itself and of the stores inside it, starts and ends a few
 * milliseconds later. A check-then-act race that a fast in-process store hides shows up behind it (design §4).
 *
 * @param latencyMs milliseconds added before each call, and again after it
 */
export function slowStore<Target extends object>(store: Target, latencyMs = 2): Target {
  const handler: ProxyHandler<Target> = {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member === 'function') {
        return async (...parameters: unknown[]): Promise<unknown> => {
          await delay(latencyMs);
          try {
            return await Reflect.apply(member, target, parameters);
          } finally {
            await delay(latencyMs);
          }
        };
      }
      return typeof member === 'object' && member !== null ? slowStore(member, latencyMs) : member;
    },
  };
  return new Proxy(store, handler);
}
