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
 * count as IPv4.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined ? left : [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
