import type { AdminTimes } from './measure-admin.ts';
import type { MemorySlope } from './measure-memory.ts';
import type { OperationsPerSignIn } from './measure-operations.ts';
import type { SignInLoad } from './measure-sign-ins.ts';
import type { StartTimes } from './measure-start.ts';
import { TOKEN_GRANTS, type TokenGrant, type TokenLoad } from './measure-tokens.ts';
import { median, quantile } from './statistics.ts';

/** One row of the table. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly countersign: number;
  /** The bare engine's in the same run, or null where there is nothing to compare with. */
  readonly bare: number | null;
  /** Countersign's beside the other's, as measured round by round. */
  readonly ratio: number | null;
  /** Null: told, not judged. */
  readonly goal: { readonly text: string; readonly met: boolean } | null;
}

const told = { ratio: null, goal: null } as const;

/** The ratio of each round, then their median: both sides of a round met the same machine. */
const ratioOf = (
  ours: { readonly rounds: readonly number[] },
  theirs: { readonly rounds: readonly number[] },
): number => median(ours.rounds.map((rate, round) => rate / (theirs.rounds[round] ?? Number.NaN)));

const atLeast = (bound: number, value: number, text: string) => ({ text, met: value >= bound });
const below = (bound: number, value: number, text: string) => ({ text, met: value < bound });
const atMost = (bound: number, value: number, text: string) => ({ text, met: value <= bound });

/** Hosted sign-ins: rate, latency, CPU. */
export function signInFigures(ours: SignInLoad, bare: SignInLoad): Figure[] {
  const ratio = ratioOf(ours, bare);
  const cpuRatio = ours.cpuMs / bare.cpuMs;
  const latency = (name: string, q: number): Figure => ({
    name: `  latency ${name}`,
    unit: 'ms',
    countersign: quantile(ours.latencies, q),
    bare: quantile(bare.latencies, q),
    ...told,
  });
  const p99 = latency('p99', 0.99);
  return [
    {
      name: 'hosted sign-ins',
      unit: '/s',
      countersign: ours.perSecond,
      bare: bare.perSecond,
      ratio,
      goal: atLeast(0.5, ratio, '≥ 0.5×'),
    },
    latency('p50', 0.5),
    latency('p95', 0.95),
    { ...p99, goal: below(150, p99.countersign, '< 150 ms') },
    {
      name: '  CPU of the server per sign-in',
      unit: 'ms',
      countersign: ours.cpuMs,
      bare: bare.cpuMs,
      ratio: cpuRatio,
      goal: atMost(2, cpuRatio, '≤ 2×'),
    },
  ];
}

/** Sign-ins over REST: nothing to compare with, the bare engine has no such thing. */
export function restFigures(loads: Readonly<Record<string, SignInLoad>>): Figure[] {
  return Object.entries(loads).flatMap(([way, load]): Figure[] => [
    { name: `REST sign-ins, ${way}`, unit: '/s', countersign: load.perSecond, bare: null, ...told },
    { name: '  latency p99', unit: 'ms', countersign: quantile(load.latencies, 0.99), bare: null, ...told },
    { name: '  CPU of the server per sign-in', unit: 'ms', countersign: load.cpuMs, bare: null, ...told },
  ]);
}

/** The same beside a filled store; the ratio is to the small one. */
export function largeFigures(
  large: SignInLoad,
  small: SignInLoad,
  size: { accounts: number; sessions: number },
): Figure[] {
  const ratio = ratioOf(large, small);
  const name = `hosted sign-ins, ${size.accounts} accounts, ${size.sessions} sessions`;
  const goal = atLeast(0.9, ratio, '≥ 0.9× of the small store');
  return [
    { name, unit: '/s', countersign: large.perSecond, bare: null, ratio, goal },
    { name: '  latency p99', unit: 'ms', countersign: quantile(large.latencies, 0.99), bare: null, ...told },
    { name: '  CPU of the server per sign-in', unit: 'ms', countersign: large.cpuMs, bare: null, ...told },
  ];
}

/** What a grant was measured at on both sides. */
export type TokenPair = { readonly ours: TokenLoad; readonly bare: TokenLoad };

export function tokenFigures(pairs: Readonly<Record<TokenGrant, TokenPair>>): Figure[] {
  return TOKEN_GRANTS.flatMap((grant): Figure[] => {
    const { ours, bare } = pairs[grant];
    const ratio = ratioOf(ours, bare);
    const name = `/token: ${grant}`;
    const cpuRatio = ours.cpuMs / bare.cpuMs;
    const goal = atLeast(0.8, ratio, '≥ 0.8×');
    return [
      { name, unit: '/s', countersign: ours.perSecond, bare: bare.perSecond, ratio, goal },
      {
        name: '  CPU of the server',
        unit: 'ms',
        countersign: ours.cpuMs,
        bare: bare.cpuMs,
        ratio: cpuRatio,
        goal: null,
      },
    ];
  });
}

/** What was counted: at Countersign for people with an account and for new ones. */
export interface CountedOperations {
  readonly countersign: OperationsPerSignIn;
  readonly newcomer: OperationsPerSignIn;
  readonly bare: OperationsPerSignIn;
  /** Commands that went to MongoDB; null when none was at hand. */
  readonly mongoCommands: OperationsPerSignIn | null;
}

export function operationFigures({ countersign, newcomer, bare, mongoCommands }: CountedOperations): Figure[] {
  const row = (name: string, { total }: OperationsPerSignIn): Figure => ({
    name,
    unit: '',
    countersign: total,
    bare: bare.total,
    ratio: total / bare.total,
    goal: atMost(32, total, '≤ 32'),
  });
  const rows = [row('store operations per hosted sign-in', countersign), row('  of somebody new', newcomer)];
  if (mongoCommands === null) return rows;
  return [...rows, { ...row('  as commands to MongoDB', mongoCommands), bare: null, ratio: null }];
}

export function startFigures({ firstMs, againMs }: StartTimes): Figure[] {
  const row = (name: string, ms: number): Figure => ({
    name,
    unit: 'ms',
    countersign: ms,
    bare: null,
    ratio: null,
    goal: below(1000, ms, '< 1 s'),
  });
  return [row('cold start to first answer, nothing there yet', firstMs), row('cold start to first answer', againMs)];
}

export function memoryFigures({ slope, error, lastKb, signIns, warmUp }: MemorySlope): Figure[] {
  const name = `memory per sign-in, over ${signIns} after ${warmUp} (± ${(2 * error).toFixed(2)})`;
  return [
    { name, unit: 'kB', countersign: slope, bare: null, ratio: null, goal: below(1, slope, '< 1 kB') },
    { name: '  resident at the end', unit: 'MB', countersign: lastKb / 1000, bare: null, ...told },
  ];
}

/** Lists and searches of the Admin API: nobody who looks for something is to wait. */
export const adminFigures = (questions: readonly AdminTimes[]): Figure[] =>
  questions.map(({ name, times }) => {
    const [p50, p95, most] = [0.5, 0.95, 1].map((q) => quantile(times, q));
    return {
      name: `${name}: p95 (p50 ${p50?.toFixed(1)}, max ${most?.toFixed(1)})`,
      unit: 'ms',
      countersign: p95 ?? Number.NaN,
      bare: null,
      ratio: null,
      goal: below(100, p95 ?? Number.NaN, '< 100 ms'),
    };
  });

export function handoverFigures(times: readonly number[]): Figure[] {
  const p99 = quantile(times, 0.99);
  const row = { unit: 'ms', bare: null, ratio: null } as const;
  return [
    { ...row, name: 'send → handed to SMTP, p50', countersign: quantile(times, 0.5), goal: null },
    { ...row, name: 'send → handed to SMTP, p99', countersign: p99, goal: below(1000, p99, '< 1 s') },
  ];
}
