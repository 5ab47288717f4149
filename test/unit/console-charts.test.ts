import { expect } from 'chai';
import { columnChart, lineChart } from '../../src/adapters/views-eta/charts/days.ts';
import { funnel } from '../../src/adapters/views-eta/charts/funnel.ts';
import { percentOf, ranking } from '../../src/adapters/views-eta/charts/ranks.ts';
import { scaleFor, shortNumber } from '../../src/adapters/views-eta/charts/scale.ts';
import { changeOf, sparkline } from '../../src/adapters/views-eta/charts/sparkline.ts';

const dates = (count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(2026, 2, 12) - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );

/** The places a path goes through, as pairs. */
const places = (path: string): [number, number][] =>
  [...path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

describe('charts: the vertical axis', () => {
  it('is round, whole, evenly spaced and no lower than the highest count', () => {
    for (let highest = 0; highest <= 12_000; highest = Math.ceil(highest * 1.07) + 1) {
      const { top, ticks } = scaleFor(highest);
      const values = ticks.map(({ value }) => value);
      const step = (values[0] ?? 0) - (values[1] ?? 0);
      expect(top, String(highest)).to.equal(values[0]).and.to.be.at.least(Math.max(1, highest));
      expect(values.at(-1)).to.equal(0);
      expect(values.every(Number.isInteger), `${highest}: ${values}`).to.equal(true);
      expect(values.slice(1).every((value, index) => (values[index] ?? 0) - value === step)).to.equal(true);
      expect(values.length).to.be.within(2, 5);
      expect(top, 'the highest fills most of the chart').to.be.at.most(Math.max(4, highest * 2));
    }
  });

  it('has short labels', () => {
    expect(scaleFor(34).ticks.map(({ label }) => label)).to.deep.equal(['40', '30', '20', '10', '0']);
    expect(scaleFor(1).ticks.map(({ label }) => label)).to.deep.equal(['1', '0']);
    expect(scaleFor(2600).ticks.map(({ label }) => label)).to.deep.equal(['3K', '2K', '1K', '0']);
    expect(shortNumber(1_250_000)).to.equal('1.3M');
  });
});

describe('charts: days', () => {
  it('puts each day into the middle of its band, and the highest no higher than the frame', () => {
    const chart = lineChart(dates(4), [{ name: 'sign-ins', values: [0, 4, 2, 1] }]);
    expect(chart.width).to.equal(4);
    expect(places(chart.lines[0]?.line ?? '')).to.deep.equal([
      [0.5, 100],
      [1.5, 0],
      [2.5, 50],
      [3.5, 75],
    ]);
    expect(chart.lines[0]?.area).to.match(/L3\.5 100L0\.5 100Z$/);
  });

  it('says of each day what was counted', () => {
    const series = [
      { name: 'sign-ins', values: [1200, 3] },
      { name: 'refusals', values: [0, 1] },
    ];
    expect(lineChart(dates(2), series).bands.map(({ title }) => title)).to.deep.equal([
      '11 Mar 2026: 1,200 sign-ins, 0 refusals',
      '12 Mar 2026: 3 sign-ins, 1 refusals',
    ]);
    expect(lineChart(dates(2), series).totals).to.deep.equal([1203, 1]);
  });

  it('labels each day of a week, and of longer periods few, the newest always', () => {
    const labels = (count: number): string[] =>
      lineChart(dates(count), [{ name: 'x', values: Array.from({ length: count }, () => 1) }])
        .bands.map(({ label }) => label)
        .filter((label) => label !== '');
    expect(labels(7)).to.have.length(7);
    expect(labels(30)).to.deep.equal(['12 Feb', '19 Feb', '26 Feb', '5 Mar', '12 Mar']);
    expect(labels(90)).to.have.length(5);
    expect(labels(90).at(-1)).to.equal('12 Mar');
  });

  it('stands columns on each other, to the height of their sum, with a seam between', () => {
    const chart = columnChart(dates(2), [
      { name: 'a', values: [1, 0] },
      { name: 'b', values: [3, 2] },
    ]);
    expect(chart.columns.map(({ series, y, height }) => [series, y, height])).to.deep.equal([
      [0, 75, 25],
      [1, 0, 74.2],
      [1, 50, 50],
    ]);
    for (const { x } of chart.columns) expect(x % 1).to.be.closeTo(0.16, 1e-9);
  });

  it('is empty where nothing was counted, and where there are no days', () => {
    expect(lineChart(dates(3), [{ name: 'a', values: [0, 0, 0] }]).isEmpty).to.equal(true);
    expect(lineChart(dates(1), [{ name: 'a', values: [1] }]).isEmpty).to.equal(false);
    expect(columnChart([], [{ name: 'a', values: [] }]).isEmpty).to.equal(true);
    expect(lineChart([], [{ name: 'a', values: [] }]).lines[0]?.area).to.equal('');
  });
});

describe('charts: ranks', () => {
  it('puts the longest first, and the others in proportion', () => {
    const counted = [
      { label: 'b', value: 25 },
      { label: 'c', value: 100 },
      { label: 'a', value: 25 },
      { label: 'd', value: 0 },
    ];
    expect(ranking(counted)).to.deep.equal([
      { label: 'c', value: 100, length: 100, share: 67 },
      { label: 'a', value: 25, length: 25, share: 17 },
      { label: 'b', value: 25, length: 25, share: 17 },
      { label: 'd', value: 0, length: 0, share: 0 },
    ]);
    expect(ranking(counted, 1000).map(({ share }) => share)).to.deep.equal([10, 3, 3, 0]);
    expect(ranking([])).to.deep.equal([]);
  });

  it('shows what is hardly anything', () => {
    const last = ranking([
      { label: 'a', value: 1_000_000 },
      { label: 'b', value: 1 },
    ])[1];
    expect(last?.length).to.be.above(0);
    expect(last?.share).to.equal(1);
  });

  it('never says all of what is not all, nor nothing of what is something', () => {
    expect(percentOf(9999, 10_000)).to.equal(99);
    expect(percentOf(10_000, 10_000)).to.equal(100);
    expect(percentOf(1, 10_000)).to.equal(1);
    expect(percentOf(0, 0)).to.equal(0);
    expect(percentOf(3, 0)).to.equal(0);
    expect(percentOf(12, 10)).to.equal(120);
  });
});

describe('charts: the funnel', () => {
  it('runs from each step to the height of the next', () => {
    const shown = funnel([
      { label: 'Sent', value: 200 },
      { label: 'Proven', value: 100 },
      { label: 'Signed in', value: 50 },
    ]);
    expect(shown.width).to.equal(3);
    expect(shown.steps.map(({ share, kept }) => [share, kept])).to.deep.equal([
      [100, null],
      [50, 50],
      [25, 50],
    ]);
    expect(shown.steps.map(({ path }) => path)).to.deep.equal([
      'M0 100V0H0.6C0.8 0 0.8 50 1 50V100Z',
      'M1 100V50H1.6C1.8 50 1.8 75 2 75V100Z',
      'M2 100V75H2.6C2.8 75 2.8 75 3 75V100Z',
    ]);
  });

  it('stays in its frame when a later step is higher', () => {
    const { steps } = funnel([
      { label: 'Sent', value: 10 },
      { label: 'Signed in', value: 20 },
    ]);
    expect(steps[1]?.path).to.equal('M1 100V0H1.6C1.8 0 1.8 0 2 0V100Z');
    expect(steps[0]?.path).to.equal('M0 100V50H0.6C0.8 50 0.8 0 1 0V100Z');
  });

  it('is empty where nobody began', () => {
    expect(funnel([{ label: 'Sent', value: 0 }]).isEmpty).to.equal(true);
    expect(funnel([]).isEmpty).to.equal(true);
  });
});

describe('charts: numbers and where they are going', () => {
  it('draws a line within its frame', () => {
    const { width, line } = sparkline([0, 5, 10]);
    expect(width).to.equal(2);
    expect(places(line)).to.deep.equal([
      [0, 94],
      [1, 50],
      [2, 6],
    ]);
    expect(places(sparkline([3]).line)).to.deep.equal([
      [0, 6],
      [1, 6],
    ]);
    expect(places(sparkline([0, 0]).line).map(([, y]) => y)).to.deep.equal([94, 94]);
    expect(sparkline([]).line).to.equal('');
  });

  it('compares with the period before', () => {
    expect(changeOf(112, 100)).to.deep.equal({ direction: 'rising', text: '12%' });
    expect(changeOf(77, 100)).to.deep.equal({ direction: 'falling', text: '23%' });
    expect(changeOf(100, 100)).to.deep.equal({ direction: 'level', text: 'unchanged' });
    expect(changeOf(320, 100)).to.deep.equal({ direction: 'rising', text: '×3.2' });
    expect(changeOf(5, 0)).to.deep.equal({ direction: 'rising', text: 'new' });
    expect(changeOf(0, 5)).to.deep.equal({ direction: 'falling', text: '100%' });
    expect(changeOf(100_001, 100_000)).to.deep.equal({ direction: 'rising', text: '1%' });
  });
});
