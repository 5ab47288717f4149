import { percentOf } from './ranks.ts';
import { coordinate } from './scale.ts';

/** How many of those who began came how far. */
export interface Funnel {
  /** As wide as there are steps, 100 high. */
  readonly width: number;
  readonly steps: readonly {
    readonly label: string;
    readonly value: number;
    /** Of the first step, in whole percent. */
    readonly share: number;
    /** Of the step before, in whole percent; null for the first. */
    readonly kept: number | null;
    /** The outline of the step, which runs out to the height of the next one. */
    readonly path: string;
  }[];
  readonly isEmpty: boolean;
}

const HEIGHT = 100;

/** What is not nothing can be seen. */
const LOWEST = 2;

/** @param counted in the order of the steps; `value` ≥ 0 */
export function funnel(counted: readonly { readonly label: string; readonly value: number }[]): Funnel {
  const first = counted[0]?.value ?? 0;
  const highest = Math.max(1, ...counted.map(({ value }) => value));
  const heightOf = (value: number): number => (value === 0 ? 0 : Math.max(LOWEST, (value / highest) * HEIGHT));
  const steps = counted.map(({ label, value }, index) => ({
    label,
    value,
    share: percentOf(value, first),
    kept: index === 0 ? null : percentOf(value, counted[index - 1]?.value ?? 0),
    path: outline(index, heightOf(value), heightOf(counted[index + 1]?.value ?? value)),
  }));
  return { width: counted.length, steps, isEmpty: counted.every(({ value }) => value === 0) };
}

/** Level over most of its width, then a soft slope to the next step. */
function outline(x: number, here: number, next: number): string {
  const at = (along: number): string => coordinate(x + along);
  const y = (height: number): string => coordinate(HEIGHT - height);
  return (
    `M${at(0)} ${HEIGHT}V${y(here)}H${at(0.6)}` +
    `C${at(0.8)} ${y(here)} ${at(0.8)} ${y(next)} ${at(1)} ${y(next)}V${HEIGHT}Z`
  );
}
