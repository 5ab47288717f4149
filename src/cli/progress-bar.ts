import type { Progress } from '../services/upkeep/moving-house.ts';
import type { Terminal } from './terminal.ts';

/** Numbers as people read them: `12,345`. */
export const readable = (count: number): string => count.toLocaleString('en');

export interface ProgressBar {
  readonly show: Progress;
  /** The same for what is not counted. @param share of the whole, 0 to 1 */
  share(kind: string, share: number, text: string): void;
  /** Leaves the screen as if it had not been there. */
  clear(): void;
}

const BAR = 24;

/** A bar for whoever watches; where nobody does, nothing is written. */
export function createProgressBar(terminal: Terminal): ProgressBar {
  if (terminal.columns === null) {
    return { show: () => undefined, share: () => undefined, clear: () => undefined };
  }
  const width = terminal.columns - 1;
  const draw = (kind: string, text: string): void => terminal.overwrite(`${kind.padEnd(9)} ${text}`.slice(0, width));
  return {
    show: (kind, done, total) => draw(kind, stateOf(done, total)),
    share: (kind, share, text) => draw(kind, barOf(share, text)),
    clear: () => terminal.overwrite(''),
  };
}

function stateOf(done: number, total: number | null): string {
  if (total === null) return readable(done);
  return barOf(total === 0 ? 1 : done / total, `${readable(done)} of ${readable(total)}`);
}

function barOf(share: number, text: string): string {
  const drawn = Math.min(1, share);
  const full = Math.round(drawn * BAR);
  const percent = `${Math.floor(drawn * 100)} %`.padStart(5);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${percent}  ${text}`;
}
