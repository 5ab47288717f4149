/** One bar of a ranking. */
interface Rank {
  readonly label: string;
  readonly value: number;
  /** Of the longest bar, in percent: what is not nothing can be seen. */
  readonly length: number;
  /** Of all that is counted, in whole percent. */
  readonly share: number;
}

/** Shorter than that no bar can be seen, in percent. */
const SHORTEST = 1.5;

/**
 * Horizontal bars, the longest first; of the same length in the order of their names.
 *
 * @param counted what there is so often; `value` ≥ 0
 * @param total of which the shares are; left out, the sum of what is here
 */
export function ranking(
  counted: readonly { readonly label: string; readonly value: number }[],
  total = counted.reduce((sum, { value }) => sum + value, 0),
): Rank[] {
  const longest = Math.max(0, ...counted.map(({ value }) => value));
  return [...counted]
    .sort((one, other) => other.value - one.value || one.label.localeCompare(other.label, 'en'))
    .map(({ label, value }) => ({
      label,
      value,
      length: value === 0 ? 0 : Math.max(SHORTEST, Math.round((value / longest) * 1000) / 10),
      share: percentOf(value, total),
    }));
}

/** In whole percent; 0 of nothing. What is there is never 0 %, and what is missing never makes 100 %. */
export function percentOf(part: number, whole: number): number {
  if (whole <= 0 || part <= 0) return 0;
  const rounded = Math.round((part / whole) * 100);
  if (rounded === 0) return 1;
  return rounded === 100 && part < whole ? 99 : rounded;
}
