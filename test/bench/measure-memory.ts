import { runLoad } from './load.ts';
import { completeSignIn } from './measure-sign-ins.ts';
import type { Plan } from './plan.ts';
import { fitLine, type Line } from './statistics.ts';
import type { Subject } from './subject.ts';

export interface MemorySlope extends Line {
  /** Kilobytes (1,000 bytes) resident after the last sign-in. */
  readonly lastKb: number;
  readonly signIns: number;
}

const SAMPLES = 20;

/**
 * How resident memory grows with sign-ins, on a server that is warm. Each sample follows a full collection: what is
 * left then is held by somebody.
 *
 * @returns kilobytes per sign-in
 */
export async function measureMemory(subject: Subject, plan: Plan): Promise<MemorySlope> {
  const step = Math.ceil(plan.soak / SAMPLES);
  const points = [{ x: 0, y: await residentKb(subject) }];
  for (let done = step; done <= step * SAMPLES; done += step) {
    await runLoad(plan.concurrency, { count: step }, () => completeSignIn(subject).then(() => undefined));
    points.push({ x: done, y: await residentKb(subject) });
  }
  return { ...fitLine(points), lastKb: points.at(-1)?.y ?? Number.NaN, signIns: step * SAMPLES };
}

async function residentKb({ server }: Subject): Promise<number> {
  await server.collect();
  return (await server.usage()).rss / 1000;
}
