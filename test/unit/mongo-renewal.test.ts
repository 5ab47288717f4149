import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { createRenewal } from '../../src/adapters/store-mongo/renewal.ts';

describe('MongoDB driver: when it is started anew (R-79)', () => {
  let now = 0;
  let done: string[] = [];
  let connects: () => Promise<void> = async () => undefined;
  const client = {
    close: async () => void done.push('close'),
    connect: async () => {
      done.push('connect');
      await connects();
      return undefined as never;
    },
  };
  const renewal = () => createRenewal(client, () => now);
  beforeEach(() => {
    now = 0;
    done = [];
    connects = async () => undefined;
  });
  const later = (milliseconds: number): void => {
    now += milliseconds;
  };

  it('when calls have failed for two seconds and none has succeeded', async () => {
    const { failed } = renewal();
    failed();
    later(1_999);
    failed();
    expect(done).to.deep.equal([]);
    later(1);
    failed();
    await setImmediate();
    expect(done).to.deep.equal(['close', 'connect']);
  });

  it('not for calls that fail beside others that succeed', () => {
    const { failed, succeeded } = renewal();
    for (let second = 0; second < 10; second += 1) {
      failed();
      later(1_500);
      succeeded();
    }
    expect(done).to.deep.equal([]);
  });

  it('not twice at once, and not again before another two seconds of failures', async () => {
    const connected = Promise.withResolvers<void>();
    connects = () => connected.promise;
    const { failed } = renewal();
    failed();
    later(2_000);
    failed();
    await setImmediate();
    later(5_000);
    failed();
    connected.resolve();
    await setImmediate();
    failed();
    later(1_999);
    failed();
    await setImmediate();
    expect(done).to.deep.equal(['close', 'connect']);
  });

  it('soon again when there was no connection to be had', async () => {
    connects = async () => Promise.reject(new Error('nobody there'));
    const { failed } = renewal();
    failed();
    later(2_000);
    failed();
    await setImmediate();
    failed();
    later(500);
    failed();
    await setImmediate();
    expect(done).to.deep.equal(['close', 'connect', 'close', 'connect']);
  });

  it('not when the store is closing, which waits for the attempt that is under way', async () => {
    const connected = Promise.withResolvers<void>();
    connects = () => connected.promise;
    const { failed, stop } = renewal();
    failed();
    later(2_000);
    failed();
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await setImmediate();
    expect(stopped).to.equal(false);
    connected.resolve();
    await stopping;
    later(5_000);
    failed();
    later(5_000);
    failed();
    expect(done).to.deep.equal(['close', 'connect']);
  });
});
