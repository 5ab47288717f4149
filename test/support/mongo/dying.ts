import { expect } from 'chai';
import { openMongoStore } from '../../../src/adapters/store-mongo/store.ts';
import type { Store } from '../../../src/ports/store.ts';
import { startDatabaseLine } from './line.ts';

/** More commands than any one method sends. */
const LAST_COMMAND = 30;

/** What a process does until it dies, and what must be true of what it leaves. */
export interface Death {
  readonly by: (dying: Store) => Promise<unknown>;
  readonly check: (when: string) => Promise<void>;
}

/** Processes that die in the middle of something: their commands up to one get through, no later one does. */
export interface DyingStores {
  /** @returns whether the work was done before it could be stopped */
  dieAfter(commands: number, work: (dying: Store) => Promise<unknown>): Promise<boolean>;
  /** Dies at every point of the work in turn. */
  dieEverywhere(work: () => Death): Promise<void>;
  /** Waits for those that have died to come to their end. */
  bury(): Promise<void>;
}

/** @param url of the database, asked for when somebody dies */
export function dyingStores(url: () => string): DyingStores {
  const remains: (() => Promise<void>)[] = [];

  async function dieAfter(commands: number, work: (dying: Store) => Promise<unknown>): Promise<boolean> {
    const line = await startDatabaseLine(url());
    let left = Number.POSITIVE_INFINITY;
    const onCommand = (): void => {
      left -= 1;
      if (left < 0) void line.set('cut');
    };
    const dying = await openMongoStore({ url: line.url, onCommand });
    remains.push(async () => {
      await line.close();
      await dying.close();
    });
    left = commands;
    const cut = new Promise<false>((resolve) => {
      const watch = setInterval(() => {
        if (left >= 0) return;
        clearInterval(watch);
        resolve(false);
      }, 1);
      remains.push(async () => clearInterval(watch));
    });
    const done = work(dying).then(
      () => left >= 0,
      () => false,
    );
    return Promise.race([done, cut]);
  }

  async function dieEverywhere(work: () => Death): Promise<void> {
    for (let commands = 0; commands < LAST_COMMAND; commands += 1) {
      const { by, check } = work();
      const done = await dieAfter(commands, by);
      await check(`after ${commands} commands`);
      if (done) {
        expect(commands).to.be.above(1);
        return;
      }
    }
    throw new Error('the work never came to its end');
  }

  return {
    dieAfter,
    dieEverywhere,
    bury: async () => void (await Promise.all(remains.map((remove) => remove()))),
  };
}
