import { type LoadResult, perSecond, runLoad } from './load.ts';
import type { Plan } from './plan.ts';
import { type IssuedCode, signIn } from './sign-in.ts';
import { median, sum } from './statistics.ts';
import type { Subject } from './subject.ts';
import { clientCredentials, exchangeCode, refresh } from './token-endpoint.ts';

export const TOKEN_GRANTS = ['code exchange', 'refresh', 'client credentials'] as const;
export type TokenGrant = (typeof TOKEN_GRANTS)[number];

export interface TokenLoad {
  /** Median of the rounds. */
  readonly perSecond: number;
  readonly rounds: readonly number[];
  /** CPU time of the server process per request, in milliseconds. */
  readonly cpuMs: number;
}

interface Round {
  readonly load: LoadResult;
  readonly cpuMs: number;
}

/**
 * `/token` alone, one grant after the other, the servers in turns.
 * @param refreshTokens of finished sign-ins, for each server at least as many as requests at once
 */
export async function measureTokens(
  subjects: readonly Subject[],
  refreshTokens: ReadonlyMap<Subject, readonly string[]>,
  plan: Plan,
): Promise<ReadonlyMap<TokenGrant, ReadonlyMap<Subject, TokenLoad>>> {
  const pools = new Map(subjects.map((subject) => [subject, [...(refreshTokens.get(subject) ?? [])]]));
  const figures = new Map<TokenGrant, ReadonlyMap<Subject, TokenLoad>>();
  for (const grant of TOKEN_GRANTS) {
    const runs = new Map(subjects.map((subject) => [subject, [] as Round[]]));
    for (let round = 0; round < plan.tokenRounds; round += 1) {
      for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
        runs.get(subject)?.push(await measureRound(grant, subject, pools.get(subject) ?? [], plan));
      }
    }
    figures.set(grant, new Map([...runs].map(([subject, rounds]) => [subject, summaryOf(rounds)])));
  }
  return figures;
}

async function measureRound(grant: TokenGrant, subject: Subject, pool: string[], plan: Plan): Promise<Round> {
  const codes = grant === 'code exchange' ? await issueCodes(subject, plan) : [];
  const limit = grant === 'code exchange' ? { count: codes.length } : { ms: plan.tokenRoundMs };
  const before = await subject.server.usage();
  const load = await runLoad(plan.concurrency, limit, () => request(grant, subject, codes, pool));
  const after = await subject.server.usage();
  return { load, cpuMs: after.cpuMs - before.cpuMs };
}

/** Codes live for a minute: they are made for one round only, and none may be old when its turn comes. */
const CODES_MS = 20_000;

async function issueCodes(subject: Subject, plan: Plan): Promise<IssuedCode[]> {
  const codes: IssuedCode[] = [];
  await runLoad(plan.concurrency, { count: plan.codes, ms: CODES_MS }, async () => {
    codes.push(await signIn(subject, subject.nextAddress()));
  });
  return codes;
}

async function request(grant: TokenGrant, subject: Subject, codes: IssuedCode[], pool: string[]): Promise<void> {
  if (grant === 'client credentials') return clientCredentials(subject);
  if (grant === 'refresh') {
    pool.push(await refresh(subject, taken(pool)));
    return;
  }
  await exchangeCode(subject, taken(codes));
}

function taken<Item>(items: Item[]): Item {
  const item = items.shift();
  if (item === undefined) throw new Error('nothing left to send');
  return item;
}

function summaryOf(rounds: readonly Round[]): TokenLoad {
  const rates = rounds.map(({ load }) => perSecond(load));
  return {
    perSecond: median(rates),
    rounds: rates,
    cpuMs: sum(rounds.map(({ cpuMs }) => cpuMs)) / sum(rounds.map(({ load }) => load.count)),
  };
}
