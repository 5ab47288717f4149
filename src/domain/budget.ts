/**
 * A counter in a time window that refuses when spent. The window starts with the first spend after the former one has
 * ended, so that a refusal can always say honestly when it will be lifted (`Retry-After`).
 */
export interface Spend {
  /** Whose budget: built by `budgetKey`, holds no readable identifier. */
  readonly key: string;
  /** How many may be spent in a window. */
  readonly limit: number;
  /** Length of the window in milliseconds. */
  readonly windowMs: number;
}

/** One configured rule: `limit` per `windowSeconds`. */
export interface BudgetRule {
  readonly limit: number;
  readonly windowSeconds: number;
}

/**
 * @param name what is counted, for instance `send.identifier.0`
 * @param subject whose: a keyed hash of an identifier, a network, a client id
 */
export const spendOf = (name: string, subject: string, rule: BudgetRule): Spend => ({
  key: `${name}:${subject}`,
  limit: rule.limit,
  windowMs: rule.windowSeconds * 1000,
});

/** The same rule list spent by one subject, for instance 5 in 10 minutes and 20 a day. */
export const spendsOf = (name: string, subject: string, rules: readonly BudgetRule[]): Spend[] =>
  rules.map((rule, index) => spendOf(`${name}.${index}`, subject, rule));

/**
 * The network an address belongs to: the address itself for IPv4, its /64 for IPv6. IPv4-mapped addresses
 * count as IPv4 in each of their spellings, or all of IPv4 would share one budget.
 */
export function networkOf(address: string): string {
  const bare = address.split('%')[0] ?? '';
  if (!bare.includes(':')) return bare;
  const groups = groupsOf(bare);
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of an IPv6 address (RFC 4291 §2.2). */
function groupsOf(address: string): number[] {
  const hexadecimal = address.replace(
    /(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/,
    (_dotted, a: string, b: string, c: string, d: string) =>
      `${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`,
  );
  const listOf = (part = ''): string[] => (part === '' ? [] : part.split(':'));
  const [head, tail] = hexadecimal.split('::');
  const [left, right] = [listOf(head), listOf(tail)];
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(gap).fill('0'), ...right].map((group) => Number.parseInt(group, 16));
}
