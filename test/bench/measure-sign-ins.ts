import { type LoadResult, perSecond, runLoad } from './load.ts';
import type { Plan } from './plan.ts';
import { signIn } from './sign-in.ts';
import { median, sum } from './statistics.ts';
import type { Subject } from './subject.ts';
import { exchangeCode } from './token-endpoint.ts';

export interface SignInLoad {
  /** Median of the rounds. */
  readonly perSecond: number;
  /** Complete sign-ins per second, round by round. */
  readonly rounds: readonly number[];
  /** Milliseconds from the authorization request to the tokens, of all rounds. */
  readonly latencies: readonly number[];
  /** CPU time of the server process per sign-in, in milliseconds. */
  readonly cpuMs: number;
  /** One per sign-in; every one belongs to a grant of its own. */
  readonly refreshTokens: readonly string[];
}

/** From the authorization request to the tokens. @returns the refresh token */
export const completeSignIn = async (subject: Subject, address = subject.nextAddress()): Promise<string> =>
  exchangeCode(subject, await signIn(subject, address));

const WARM_UP_MS = 10_000;

export async function warmUp(subjects: readonly Subject[], plan: Plan): Promise<void> {
  for (const subject of subjects) {
    await runLoad(plan.concurrency, { count: plan.warmUp, ms: WARM_UP_MS }, () =>
      completeSignIn(subject).then(() => undefined),
    );
  }
}

/** The servers take turns within each round, and the first one changes. */
export async function measureSignIns(
  subjects: readonly Subject[],
  plan: Plan,
): Promise<ReadonlyMap<Subject, SignInLoad>> {
  const runs = new Map(subjects.map((subject) => [subject, [] as Round[]]));
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      runs.get(subject)?.push(await measureRound(subject, plan, completeSignIn));
    }
  }
  return new Map([...runs].map(([subject, rounds]) => [subject, summaryOf(rounds)]));
}

/** One way of signing in, from the first request to the tokens. @returns the refresh token */
export type SignInWay = (subject: Subject) => Promise<string>;

export interface Round {
  readonly load: LoadResult;
  readonly cpuMs: number;
  readonly refreshTokens: readonly string[];
}

export async function measureRound(subject: Subject, plan: Plan, signInOnce: SignInWay): Promise<Round> {
  const refreshTokens: string[] = [];
  const before = await subject.server.usage();
  const load = await runLoad(plan.concurrency, { ms: plan.roundMs }, async () => {
    refreshTokens.push(await signInOnce(subject));
  });
  const after = await subject.server.usage();
  return { load, cpuMs: after.cpuMs - before.cpuMs, refreshTokens };
}

export function summaryOf(rounds: readonly Round[]): SignInLoad {
  const rates = rounds.map(({ load }) => perSecond(load));
  return {
    perSecond: median(rates),
    rounds: rates,
    latencies: rounds.flatMap(({ load }) => load.latencies),
    cpuMs: sum(rounds.map(({ cpuMs }) => cpuMs)) / sum(rounds.map(({ load }) => load.count)),
    refreshTokens: rounds.flatMap(({ refreshTokens }) => refreshTokens),
  };
}
