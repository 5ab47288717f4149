import { coordinate } from './scale.ts';

/** A line without axes: where something is going. As wide as there are steps between the values, 100 high. */
export interface Sparkline {
  readonly width: number;
  readonly line: string;
  readonly area: string;
}

/** So that a line at the edge is not cut in half. */
const MARGIN = 6;

const HEIGHT = 100;

/** @param values ≥ 0; a line of nothing but noughts lies on the ground */
export function sparkline(values: readonly number[]): Sparkline {
  const highest = Math.max(1, ...values);
  const width = Math.max(1, values.length - 1);
  const y = (value: number): string => coordinate(HEIGHT - MARGIN - (value / highest) * (HEIGHT - 2 * MARGIN));
  const shown = values.length === 1 ? [...values, ...values] : values;
  const line = shown.length === 0 ? '' : `M${shown.map((value, index) => `${index} ${y(value)}`).join('L')}`;
  return { width, line, area: line === '' ? '' : `${line}L${width} ${HEIGHT}L0 ${HEIGHT}Z` };
}

/** How something has changed against the same time before. */
export interface Change {
  readonly direction: 'rising' | 'falling' | 'level';
  /** `12%`, `×3.2` for what has more than doubled, `new` for what was not there before. */
  readonly text: string;
}

/** @param now counted in the period @param before counted in the one before, as long */
export function changeOf(now: number, before: number): Change {
  if (now === before) return { direction: 'level', text: 'unchanged' };
  if (before === 0) return { direction: 'rising', text: 'new' };
  const ratio = now / before;
  const percent = Math.max(1, Math.round(Math.abs(ratio - 1) * 100));
  if (ratio > 2) return { direction: 'rising', text: `×${Math.round(ratio * 10) / 10}` };
  return { direction: ratio > 1 ? 'rising' : 'falling', text: `${percent}%` };
}
