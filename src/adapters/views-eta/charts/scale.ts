/** The vertical axis of a chart of counts. */
export interface Scale {
  /** What its upper edge stands for, ≥ 1. */
  readonly top: number;
  /** From the upper edge down to nought, evenly spaced. */
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `1.2K`: short enough to stand beside an axis. */
export const shortNumber = (value: number): string => compact.format(value);

/** Steps that people count in. */
const STEPS = [1, 2, 2.5, 5, 10];

/** At most so many steps: more lines are more ink than help. */
const MOST_STEPS = 4;

/**
 * A scale whose steps are round and whole, and whose top is no lower than the highest count.
 *
 * @param highest ≥ 0
 */
export function scaleFor(highest: number): Scale {
  const step = stepFor(Math.max(highest, 1) / MOST_STEPS);
  const count = highest === 0 ? MOST_STEPS : Math.ceil(highest / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => step * (count - index));
  return { top: step * count, ticks: ticks.map((value) => ({ value, label: shortNumber(value) })) };
}

/** The smallest round, whole step that is no smaller than what is needed. */
function stepFor(needed: number): number {
  const power = 10 ** Math.floor(Math.log10(needed));
  const step = STEPS.map((factor) => factor * power).find((candidate) => candidate >= needed - Number.EPSILON);
  const round = step ?? 10 * power;
  return round < 1 || !Number.isInteger(round) ? Math.ceil(round) : round;
}

/** Coordinates as they stand in a path: two decimals are less than a pixel. */
export const coordinate = (value: number): string => String(Math.round(value * 100) / 100);
