import { setTimeout as pause } from 'node:timers/promises';
import { createTestDatabase } from '../support/mongo/database.ts';
import { startCountersign } from './countersign.ts';
import { runLoad } from './load.ts';
import { completeSignIn } from './measure-sign-ins.ts';
import type { OperationCounts } from './process-link.ts';
import { sum } from './statistics.ts';
import { addressOf as personOf, type Subject } from './subject.ts';

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

const PEOPLE = 10;

/**
 * Counts what one server sends to MongoDB while people who have signed in before sign in one after another.
 * @param uri a MongoDB server; a database of its own is made there and removed again
 * @returns its commands
 */
export async function measureMongoCommands(uri: string, signIns: number): Promise<OperationsPerSignIn> {
  const database = await createTestDatabase(uri);
  try {
    const subject = await startCountersign('countersign, MongoDB', PEOPLE, 4, {
      environment: { STORE_URL: database.url },
    });
    try {
      await measureOperations(subject, PEOPLE, personOf);
      const { byName } = await measureOperations(subject, signIns);
      const commands = byName.filter(([name]) => name.startsWith('command '));
      return { total: sum(commands.map(([, count]) => count)), byName: commands };
    } finally {
      await subject.close();
    }
  } finally {
    await database.drop();
  }
}

function perSignIn(before: OperationCounts, after: OperationCounts, signIns: number): OperationsPerSignIn {
  const byName = Object.entries(after)
    .map(([name, count]) => [name, (count - (before[name] ?? 0)) / signIns] as const)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  return { total: sum(byName.map(([, count]) => count)), byName };
}
