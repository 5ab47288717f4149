import { plain } from './plain-text.ts';
import type { Screen } from './terminal.ts';

/** A column: its heading, and what an item has in it. */
export interface Column<Item> {
  readonly heading: string;
  readonly text: (item: Item) => string;
  /** It may be shortened where the screen is too narrow: names and addresses, never ids. */
  readonly shrinks?: true;
}

const GAP = 2;
/** Narrower than this nothing can be told apart. */
const NARROWEST = 10;

/** A table for people; where nobody watches, nothing is shortened. */
export function table<Item>(items: readonly Item[], columns: readonly Column<Item>[], screen: Screen | null): string {
  const rows = items.map((item) => columns.map(({ text }) => plain(text(item))));
  const headings = columns.map(({ heading }) => heading);
  const wanted = headings.map((heading, index) => Math.max(heading.length, ...rows.map((row) => widthOf(row[index]))));
  const widths = screen === null ? wanted : fitted(wanted, columns, screen.columns);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cellOf(cell, widths[index] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [dimmed(line(headings), screen), ...rows.map(line)].join('\n');
}

/** Lines of a name and a value, for one thing in full. */
export function sheet(rows: readonly (readonly [name: string, value: string])[], screen: Screen | null): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + GAP;
  return rows
    .map(([name, value]) => {
      const lines = value.split('\n').map(plain);
      return `${dimmed(name.padEnd(width), screen)}${lines.join(`\n${' '.repeat(width)}`)}`;
    })
    .join('\n');
}

const dimmed = (text: string, screen: Screen | null): string =>
  screen?.colours === true ? `\u001B[2m${text}\u001B[22m` : text;

/** A moment as people read it, in UTC as everything that is logged. @param at milliseconds since the epoch */
export const moment = (at: number | null): string =>
  at === null ? '-' : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;

const widthOf = (text: string | undefined): number => [...(text ?? '')].length;

function cellOf(text: string, width: number): string {
  const letters = [...text];
  if (letters.length > width) return `${letters.slice(0, width - 1).join('')}…`;
  return text + ' '.repeat(width - letters.length);
}

/** The widths with those that may shrink made smaller, the widest first, until all of it fits. */
function fitted(wanted: readonly number[], columns: readonly Column<never>[], screen: number): number[] {
  const widths = [...wanted];
  let over = widths.reduce((sum, width) => sum + width + GAP, -GAP) - screen;
  while (over > 0) {
    const shrinkable = columns.flatMap(({ shrinks }, index) =>
      shrinks === true && (widths[index] ?? 0) > NARROWEST ? [index] : [],
    );
    const [widest] = shrinkable.toSorted((one, other) => (widths[other] ?? 0) - (widths[one] ?? 0));
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}
