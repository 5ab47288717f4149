import type { Progress } from '../services/moving-house.ts';
import type { Terminal } from './terminal.ts';

/** Numbers as people read them: `12,345`. */
export const readable = (count: number): string => count.toLocaleString('en');

export interface ProgressBar {
  readonly show: Progress;
  /** Leaves the screen as if it had not been there. */
  clear(): void;
}

const BAR = 24;

/** A bar for whoever watches; where nobody does, nothing is written. */
export function createProgressBar(terminal: Terminal): ProgressBar {
  if (terminal.columns === null) return { show: () => undefined, clear: () => undefined };
  const width = terminal.columns - 1;
  return {
    show: (kind, done, total) => terminal.overwrite(`${kind.padEnd(9)} ${stateOf(done, total)}`.slice(0, width)),
    clear: () => terminal.overwrite(''),
  };
}

function stateOf(done: number, total: number | null): string {
  if (total === null) return readable(done);
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * BAR);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${percent}  ${readable(done)} of ${readable(total)}`;
}
