import { runLoad } from './load.ts';
import { completeSignIn } from './measure-sign-ins.ts';
import type { Plan } from './plan.ts';
import { fitLine, type Line } from './statistics.ts';
import type { Subject } from './subject.ts';

export interface MemorySlope extends Line {
  /** Kilobytes (1,000 bytes) resident after the last sign-in. */
  readonly lastKb: number;
  readonly signIns: number;
  /** Sign-ins before these. */
  readonly warmUp: number;
}

const SAMPLES = 20;

/**
 * How resident memory grows with sign-ins, on a server that is warm. Each sample follows a full collection: what is
 * left then is held by somebody.
 *
 * @returns kilobytes per sign-in
 */
export async function measureMemory(subject: Subject, plan: Plan): Promise<MemorySlope> {
  await signInMany(subject, plan, Math.max(0, plan.memoryWarmUp - subject.signIns), plan.soakMs);
  const warmUp = subject.signIns;
  const step = Math.ceil(plan.soak / SAMPLES);
  const until = performance.now() + plan.soakMs;
  const points = [{ x: 0, y: await residentKb(subject) }];
  // Two further samples whatever the clock says: one point has no slope.
  while (subject.signIns - warmUp < plan.soak && (points.length < 3 || performance.now() < until)) {
    await signInMany(subject, plan, step, plan.soakMs);
    points.push({ x: subject.signIns - warmUp, y: await residentKb(subject) });
  }
  return { ...fitLine(points), lastKb: points.at(-1)?.y ?? Number.NaN, signIns: subject.signIns - warmUp, warmUp };
}

const signInMany = (subject: Subject, plan: Plan, count: number, ms: number): Promise<unknown> =>
  runLoad(plan.concurrency, { count, ms }, () => completeSignIn(subject).then(() => undefined));

async function residentKb({ server }: Subject): Promise<number> {
  await server.collect();
  return (await server.usage()).rss / 1000;
}
