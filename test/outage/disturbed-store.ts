/**
 * The same store, with something that happens before each call.
 *
 * @param before is told the call, for instance `artifacts.save`; the call is made when it resolves, and fails as it rejects
 */
export function disturbedStore<Target extends object>(
  store: Target,
  before: (call: string) => Promise<void>,
  prefix = '',
): Target {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      const call = `${prefix}${String(name)}`;
      if (typeof member === 'object' && member !== null) return disturbedStore(member, before, `${call}.`);
      if (typeof member !== 'function' || name === 'close') return member;
      return async (...parameters: unknown[]): Promise<unknown> => {
        await before(call);
        return Reflect.apply(member, target, parameters);
      };
    },
  });
}
