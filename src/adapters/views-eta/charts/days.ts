import { coordinate, type Scale, scaleFor } from './scale.ts';

/** What was counted on each of the days. */
export interface Series {
  /** In the plural, as a sentence would have it: `sign-ins`. */
  readonly name: string;
  /** As many as there are days; ≥ 0. */
  readonly values: readonly number[];
}

/** One day of a chart: a band of the width 1. */
interface Band {
  readonly x: number;
  /** `12 Mar 2026`. */
  readonly day: string;
  /** `12 Mar` where one stands below the axis; empty elsewhere. */
  readonly label: string;
  /** What was counted, for whoever points at it: `12 Mar 2026: 34 sign-ins, 2 refusals`. */
  readonly title: string;
  readonly values: readonly number[];
}

/** The frame of a chart over days: as wide as there are days, 100 high; y grows downwards as in SVG. */
interface Days {
  readonly width: number;
  readonly scale: Scale;
  readonly bands: readonly Band[];
  readonly names: readonly string[];
  /** The sum of each series. */
  readonly totals: readonly number[];
  /** Nothing was counted at all. */
  readonly isEmpty: boolean;
}

/** Each series a line over an area. */
export interface LineChart extends Days {
  readonly lines: readonly { readonly line: string; readonly area: string }[];
}

/** Each day a column in which the series stand on each other. */
export interface ColumnChart extends Days {
  readonly columns: readonly {
    readonly series: number;
    readonly x: number;
    readonly y: number;
    readonly height: number;
  }[];
}

const HEIGHT = 100;

/** How much of its band a column fills. */
const COLUMN = 0.68;

/** Between what stands on each other: where one ends is seen without telling colours apart. */
const SEAM = 0.8;

/** @param days ISO 8601, each the day after the one before */
export function lineChart(days: readonly string[], series: readonly Series[]): LineChart {
  const highest = Math.max(0, ...series.flatMap(({ values }) => values));
  const frame = frameOf(days, series, highest);
  const lines = series.map(({ values }) => {
    const points = values.map((value, index) => `${coordinate(index + 0.5)} ${coordinate(yOf(value, frame.scale))}`);
    const line = `M${points.join('L')}`;
    const last = coordinate(values.length - 0.5);
    return { line, area: values.length === 0 ? '' : `${line}L${last} ${HEIGHT}L0.5 ${HEIGHT}Z` };
  });
  return { ...frame, lines };
}

/** @param days ISO 8601, each the day after the one before */
export function columnChart(days: readonly string[], series: readonly Series[]): ColumnChart {
  const sums = days.map((_, day) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0));
  const frame = frameOf(days, series, Math.max(0, ...sums));
  const columns = days.flatMap((_, day) => {
    let below = 0;
    return series.flatMap(({ values }, index) => {
      const value = values[day] ?? 0;
      const foot = yOf(below, frame.scale);
      below += value;
      const y = yOf(below, frame.scale);
      const seam = foot < HEIGHT && foot - y > 2 * SEAM ? SEAM : 0;
      return value === 0 ? [] : [{ series: index, x: day + (1 - COLUMN) / 2, y, height: foot - y - seam }];
    });
  });
  return { ...frame, columns };
}

const yOf = (value: number, { top }: Scale): number => HEIGHT - (value / top) * HEIGHT;

function frameOf(days: readonly string[], series: readonly Series[], highest: number): Days {
  const every = labelStep(days.length);
  const bands = days.map((day, index) => ({
    x: index,
    day: long.format(Date.parse(day)),
    label: (days.length - 1 - index) % every === 0 ? short.format(Date.parse(day)) : '',
    title: titleOf(day, index, series),
    values: series.map(({ values }) => values[index] ?? 0),
  }));
  const totals = series.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  return {
    width: days.length,
    scale: scaleFor(highest),
    bands,
    names: series.map(({ name }) => name),
    totals,
    isEmpty: totals.every((total) => total === 0),
  };
}

/** Counted back from the newest day, so that it has its label: each day of a week, each week of a month, every third beyond. */
const labelStep = (days: number): number => (days <= 8 ? 1 : days <= 45 ? 7 : 21);

const numbers = new Intl.NumberFormat('en');
const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const long = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

const titleOf = (day: string, index: number, series: readonly Series[]): string =>
  `${long.format(Date.parse(day))}: ${series
    .map(({ name, values }) => `${numbers.format(values[index] ?? 0)} ${name}`)
    .join(', ')}`;
