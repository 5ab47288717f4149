import { startCountersign } from './countersign.ts';
import {
  adminFigures,
  type Figure,
  handoverFigures,
  largeFigures,
  memoryFigures,
  operationFigures,
  restFigures,
  signInFigures,
  startFigures,
  type TokenPair,
  tokenFigures,
} from './figures.ts';
import { runLoad } from './load.ts';
import { measureAdmin } from './measure-admin.ts';
import { measureHandover } from './measure-handover.ts';
import { measureMemory } from './measure-memory.ts';
import { measureMongoCommands, measureOperations } from './measure-operations.ts';
import { measureRest } from './measure-rest.ts';
import { completeSignIn, measureSignIns, type SignInLoad, warmUp } from './measure-sign-ins.ts';
import { measureStart } from './measure-start.ts';
import { measureTokens, type TokenGrant, type TokenLoad } from './measure-tokens.ts';
import type { Plan } from './plan.ts';
import type { Report } from './report.ts';
import { seedStore } from './seed.ts';
import { type Subject, startBare } from './subject.ts';

export const PARTS = ['sign-ins', 'rest', 'tokens', 'operations', 'memory', 'start', 'handover', 'admin'] as const;
export type Part = (typeof PARTS)[number];
export const isPart = (name: string): name is Part => PARTS.some((part) => part === name);

/** Those that no server of a sign-in is needed for. */
const ALONE: readonly Part[] = ['start', 'handover', 'admin'];

type Findings = Pick<Report, 'figures' | 'operations'>;
type Progress = (text: string) => void;

/** The small store: as many people as that have an account and sign in again and again. */
const POPULATION = 1_000;

/**
 * Measures the chosen parts, one after the other.
 * @throws Error when a single sign-in or request of the load fails
 */
export async function runBench(plan: Plan, parts: readonly Part[], progress: Progress): Promise<Findings> {
  const figures: Figure[] = [];
  if (parts.includes('start')) {
    progress('cold start …');
    figures.push(...startFigures(await measureStart(plan.starts)));
  }
  if (parts.includes('handover')) {
    progress('send → SMTP …');
    figures.push(...handoverFigures(await measureHandover(plan.messages)));
  }
  if (parts.includes('admin')) {
    progress(`filling a store with ${plan.admin.events} events, then asking for lists …`);
    figures.push(...adminFigures(await measureAdmin(plan.admin, plan.adminRounds)));
  }
  if (parts.every((part) => ALONE.includes(part))) return { figures, operations: null };
  const servers = await startServers(plan, progress);
  try {
    const findings = await measureServers(servers, plan, parts, progress);
    return { ...findings, figures: [...findings.figures, ...figures] };
  } finally {
    await Promise.all(servers.all.map((subject) => subject.close()));
  }
}

interface Servers {
  readonly ours: Subject;
  readonly bare: Subject;
  readonly large: Subject | null;
  readonly all: readonly Subject[];
}

async function startServers({ concurrency, large: size, profile }: Plan, progress: Progress): Promise<Servers> {
  progress('starting servers …');
  const bare = await startBare(concurrency);
  const prepare = (path: string): Promise<void> => seedStore(path, POPULATION, 0);
  const ours = await startCountersign('countersign', POPULATION, concurrency, { prepare, profile });
  if (size === null) return { ours, bare, large: null, all: [bare, ours] };
  progress(`filling a store with ${size.accounts} accounts and ${size.sessions} sessions …`);
  const large = await startCountersign('countersign, large', size.accounts, concurrency, {
    prepare: (path) => seedStore(path, size.accounts, size.sessions),
  });
  return { ours, bare, large, all: [bare, ours, large] };
}

async function measureServers(
  servers: Servers,
  plan: Plan,
  parts: readonly Part[],
  progress: Progress,
): Promise<Findings> {
  const { ours, bare } = servers;
  const figures: Figure[] = [];
  progress('warming up …');
  await warmUp(servers.all, plan);
  const refreshTokens = new Map<Subject, readonly string[]>();
  if (parts.includes('sign-ins')) {
    progress('hosted sign-ins …');
    const loads = await measureSignIns(servers.all, plan);
    for (const [subject, load] of loads) refreshTokens.set(subject, load.refreshTokens);
    figures.push(...signInTables(servers, loads, plan));
  }
  if (parts.includes('rest')) {
    progress('sign-ins over REST …');
    figures.push(...restFigures(await measureRest(ours, plan)));
  }
  if (parts.includes('tokens')) {
    progress('/token …');
    figures.push(...(await tokenTable(servers, refreshTokens, plan)));
  }
  let operations: Report['operations'] = null;
  if (parts.includes('operations')) {
    progress('store operations …');
    const countersign = await measureOperations(ours, plan.countedSignIns);
    const newcomer = await measureOperations(ours, plan.countedSignIns, (index) => `newcomer-${index}@example.test`);
    const mongo = process.env.MONGODB_URI;
    const mongoCommands = mongo === undefined ? null : await measureMongoCommands(mongo, plan.countedSignIns);
    operations = { countersign, newcomer, bare: await measureOperations(bare, plan.countedSignIns), mongoCommands };
    figures.push(...operationFigures(operations));
  }
  if (parts.includes('memory')) {
    progress(`memory over ${plan.soak} sign-ins …`);
    figures.push(...memoryFigures(await measureMemory(ours, plan)));
  }
  return { figures, operations };
}

function signInTables(
  { ours, bare, large }: Servers,
  loads: ReadonlyMap<Subject, SignInLoad>,
  { large: size }: Plan,
): Figure[] {
  const ourLoad = of(loads, ours);
  const figures = signInFigures(ourLoad, of(loads, bare));
  return large === null || size === null ? figures : [...figures, ...largeFigures(of(loads, large), ourLoad, size)];
}

async function tokenTable(
  { ours, bare }: Servers,
  refreshTokens: Map<Subject, readonly string[]>,
  plan: Plan,
): Promise<Figure[]> {
  for (const subject of [ours, bare]) {
    if (!refreshTokens.has(subject)) refreshTokens.set(subject, await freshTokens(subject, plan));
  }
  const loads = await measureTokens([bare, ours], refreshTokens, plan);
  const pair = (grant: TokenGrant): TokenPair => {
    const both: ReadonlyMap<Subject, TokenLoad> = of(loads, grant);
    return { ours: of(both, ours), bare: of(both, bare) };
  };
  return tokenFigures({
    'code exchange': pair('code exchange'),
    refresh: pair('refresh'),
    'client credentials': pair('client credentials'),
  });
}

async function freshTokens(subject: Subject, plan: Plan): Promise<string[]> {
  const tokens: string[] = [];
  await runLoad(plan.concurrency, { count: plan.codes }, async () => {
    tokens.push(await completeSignIn(subject));
  });
  return tokens;
}

function of<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error('not measured');
  return value;
}
