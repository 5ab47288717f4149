import { createInterface } from 'node:readline';
import { openSqliteStore } from '../../../src/adapters/store-sqlite/store.ts';
import { isProblem } from '../../../src/domain/errors.ts';
import type { Store } from '../../../src/ports/store.ts';
import { eventOf } from '../../support/factories.ts';

/**
 * Opens the store named by the first argument and says `open`, or `refused <ms> <message>`. Then it obeys:
 * `append <id>` says `stored <id>` or `failed <id> <problem>`; `ping` says `healthy` or `failed ping <problem>`;
 * `flood` appends for ever, several at a time, and says `stored <id>` for each one the store acknowledged.
 */
const [, , path = ''] = process.argv;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function attempt(name: string, done: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
    say(done);
  } catch (error) {
    say(`failed ${name} ${isProblem(error) ? error.code : String(error)}`);
  }
}

const append = (store: Store, id: string): Promise<void> =>
  attempt(id, `stored ${id}`, () => store.events.append([eventOf({ id })]));

async function flood(store: Store, lane: number): Promise<void> {
  for (let number = 0; ; number += 1) await append(store, `lane-${lane}-${number}`);
}

async function obey(store: Store, line: string): Promise<void> {
  const [command, id = ''] = line.split(' ');
  if (command === 'append') await append(store, id);
  if (command === 'ping') await attempt('ping', 'healthy', () => store.ping());
  if (command === 'flood') await Promise.all([0, 1, 2, 3, 4].map((lane) => flood(store, lane)));
}

const started = performance.now();
try {
  const store = await openSqliteStore({ path });
  say('open');
  for await (const line of createInterface({ input: process.stdin })) await obey(store, line);
  await store.close();
} catch (error) {
  say(`refused ${Math.round(performance.now() - started)} ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
