import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { CountedOperations, Figure } from './figures.ts';
import type { OperationsPerSignIn } from './measure-operations.ts';
import type { Plan } from './plan.ts';
import { median } from './statistics.ts';

/** Everything a run found out. */
export interface Report {
  readonly machine: string;
  /** Median milliseconds of putting 4 KiB on the disk of the measured stores: what durability costs here. */
  readonly diskSyncMs: number;
  readonly startedAt: string;
  readonly seconds: number;
  readonly plan: Plan;
  readonly figures: readonly Figure[];
  readonly operations: CountedOperations | null;
  readonly notes: readonly string[];
}

export function machineLine(): string {
  const [first] = cpus();
  const engine = JSON.parse(
    readFileSync(new URL('../../node_modules/oidc-provider/package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const { platform, version } = process;
  return `${first?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${memory}, ${platform}, Node ${version}, oidc-provider ${engine.version}`;
}

const SYNCS = 100;
const PAGE = Buffer.alloc(4096);

/** @returns the median of writing a page at the end of a file and waiting until it is on disk, in milliseconds */
export function measureDiskSync(): number {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const file = openSync(join(folder, 'sync'), 'w');
  const times = Array.from({ length: SYNCS }, () => {
    const from = performance.now();
    writeSync(file, PAGE);
    fdatasyncSync(file);
    return performance.now() - from;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return median(times);
}

/** What has to be known to read the table. */
export const notesOf = ({ concurrency }: Plan): string[] => [
  `Load: one process, ${concurrency} at once, closed loop; each server in a process of its own, all on the loopback and sharing the cores. Servers take turns; rates and ratios are medians of the rounds.`,
  'A hosted sign-in is everything from /auth to the tokens. Countersign’s includes its two pages and at least one GET of /dev/inbox.json to read the code, which counts as load; the people have an account. The bare engine’s has no page, no message and no code.',
  'A REST sign-in is everything from the send to the tokens, with what its browser does and the look into the inbox. Its access token is signed (RS256), like its ID token.',
  'Countersign runs as shipped, log on, store in SQLite with every answer on disk; the bare engine keeps everything in memory. Budgets are counted; only their limits are raised.',
];

const HEAD = ['figure', 'countersign', 'bare engine', 'ratio', 'goal', ''];

function cells(figure: Figure): string[] {
  const value = (amount: number | null): string =>
    amount === null ? '' : `${amount.toFixed(digits(amount))}${figure.unit === '' ? '' : ` ${figure.unit}`}`;
  return [
    figure.name,
    value(figure.countersign),
    value(figure.bare),
    figure.ratio === null ? '' : `${figure.ratio.toFixed(2)}×`,
    figure.goal?.text ?? '',
    figure.goal === null ? '' : figure.goal.met ? '✓' : '✗',
  ];
}

const digits = (amount: number): number => (Math.abs(amount) >= 100 ? 0 : Math.abs(amount) >= 10 ? 1 : 2);

/** Columns aligned for a terminal. */
export function terminalTable(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('   ')
      .trimEnd();
  return [line(HEAD), widths.map((width) => '─'.repeat(width)).join('   '), ...rows.slice(1).map(line)].join('\n');
}

const isNumber = (column: number): boolean => column >= 1 && column <= 3;

export function markdownTable(figures: readonly Figure[]): string {
  const line = (row: readonly string[]): string => `| ${row.map((cell) => cell.trim()).join(' | ')} |`;
  const rule = HEAD.map((_, column) => (isNumber(column) ? '---:' : '---'));
  return [line(HEAD), line(rule), ...figures.map(cells).map(line)].join('\n');
}

/** The whole report as text, with the table in one of its two forms. */
export function textOf(report: Report, table: (figures: readonly Figure[]) => string): string {
  const missed = report.figures.filter(({ goal }) => goal?.met === false).length;
  return [
    `${report.machine}; a page is on disk after ${report.diskSyncMs.toFixed(2)} ms`,
    '',
    table(report.figures),
    '',
    ...(report.operations === null
      ? []
      : [
          operationsLine('Store operations', report.operations.countersign),
          ...(report.operations.mongoCommands === null
            ? []
            : [operationsLine('Commands to MongoDB', report.operations.mongoCommands)]),
          '',
        ]),
    ...report.notes.map((note) => `- ${note}`),
    '',
    `${report.seconds.toFixed(0)} s; ${missed === 0 ? 'every goal is met' : `${missed} of the goals are missed`}`,
  ].join('\n');
}

const operationsLine = (what: string, { byName }: OperationsPerSignIn): string =>
  `${what} of one sign-in: ${byName.map(([name, count]) => `${name} ${count.toFixed(1)}`).join(', ')}`;
