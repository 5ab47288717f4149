import type { Store } from '../../src/ports/store.ts';
import type { OperationCounter } from './process-link.ts';

/** A store that counts what is asked of it, as `challenges.open`, and changes nothing. */
export function countedStore(store: Store, counter: OperationCounter): Store {
  return counted(store, 'store', counter, (value, name) =>
    typeof value === 'object' && value !== null ? counted(value, name, counter, (inner) => inner) : value,
  );
}

function counted<Part extends object>(
  part: Part,
  prefix: string,
  counter: OperationCounter,
  wrap: (value: unknown, name: string) => unknown,
): Part {
  const made = new Map<string | symbol, unknown>();
  return new Proxy(part, {
    get(target, name, receiver) {
      if (made.has(name)) return made.get(name);
      const value: unknown = Reflect.get(target, name, receiver);
      const wrapped =
        typeof value === 'function'
          ? (...given: unknown[]): unknown => {
              counter.count(`${prefix}.${String(name)}`);
              return Reflect.apply(value, target, given);
            }
          : wrap(value, String(name));
      made.set(name, wrapped);
      return wrapped;
    },
  });
}
