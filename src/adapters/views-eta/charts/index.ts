import { columnChart, lineChart } from './days.ts';
import { funnel } from './funnel.ts';
import { percentOf, ranking } from './ranks.ts';
import { coordinate, shortNumber } from './scale.ts';
import { changeOf, sparkline } from './sparkline.ts';

/** What a template draws charts with: pure geometry, made of numbers. */
export const charts = {
  lineChart,
  columnChart,
  funnel,
  ranking,
  sparkline,
  changeOf,
  percentOf,
  shortNumber,
  coordinate,
};

export type Charts = typeof charts;
