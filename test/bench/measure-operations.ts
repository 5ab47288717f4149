import { setTimeout as pause } from 'node:timers/promises';
import { runLoad } from './load.ts';
import { completeSignIn } from './measure-sign-ins.ts';
import type { OperationCounts } from './process-link.ts';
import { sum } from './statistics.ts';
import type { Subject } from './subject.ts';

export interface OperationsPerSignIn {
  readonly total: number;
  /** By operation, most frequent first. */
  readonly byName: readonly (readonly [string, number])[];
}

/** Background work that belongs to a sign-in (the outbox) ends within this. */
const SETTLE_MS = 500;

/**
 * Counts what one server asks of its store while people sign in one after another: nothing is shared between them, so
 * this is the most a sign-in can cost.
 *
 * @param addressOf who signs in; somebody who has done so before when left out
 */
export async function measureOperations(
  subject: Subject,
  signIns: number,
  addressOf?: (index: number) => string,
): Promise<OperationsPerSignIn> {
  await pause(SETTLE_MS);
  const before = await subject.server.operations();
  await runLoad(1, { count: signIns }, (index) => completeSignIn(subject, addressOf?.(index)).then(() => undefined));
  await pause(SETTLE_MS);
  const after = await subject.server.operations();
  return perSignIn(before, after, signIns);
}

function perSignIn(before: OperationCounts, after: OperationCounts, signIns: number): OperationsPerSignIn {
  const byName = Object.entries(after)
    .map(([name, count]) => [name, (count - (before[name] ?? 0)) / signIns] as const)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  return { total: sum(byName.map(([, count]) => count)), byName };
}
