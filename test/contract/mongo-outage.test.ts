import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import { isProblem } from '../../src/domain/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import { captureLog } from '../support/captured-log.ts';
import { artifactOf, challengeOf, clientOf, messageOf, START, spendFrom } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { type DatabaseLine, startDatabaseLine } from '../support/mongo/line.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { rejectionOf } from '../support/rejection.ts';
import { parallel } from './parallel.ts';

/** What a request may wait for the store, and how soon it is back, in milliseconds. */
const PATIENCE = 3_000;
const RECOVERY = 10_000;

/** Connections enough to spend all of RECOVERY on, were each found out by a call of its own. */
const CONNECTIONS = 8;

const BREAKS = 3;
/** The least time between two heartbeats of the driver's monitor, and a little. */
const HEARTBEATS_APART = 600;

describeWithMongo('MongoDB store: when the network fails (R-79)', function outages(server) {
  let database: TestDatabase;
  let line: DatabaseLine;
  let store: Store;
  let log: ReturnType<typeof captureLog>;
  beforeEach(async () => {
    database = await createTestDatabase(server());
    line = await startDatabaseLine(database.url);
    log = captureLog({ level: 'info' });
    store = await openMongoStore({ url: line.url, log: log.log });
  });
  afterEach(async () => {
    await store.close();
    await line.close();
    await database.drop();
  });

  /** One of every kind: a read, a write, a write of several steps, the health check. */
  const operations = (): Promise<unknown>[] => {
    const challenge = challengeOf({ interactionId: 'interaction' });
    return [
      store.clients.find('any'),
      store.artifacts.save(artifactOf({ grantId: 'grant' }), { requireGrant: 'Grant' }),
      store.challenges.open(challenge, messageOf(challenge), 1, [spendFrom(3), spendFrom(3)]),
      store.outbox.lease('worker', START, START + 1, 3),
      store.ping(),
    ];
  };

  async function fails(): Promise<void> {
    const started = performance.now();
    const waits = operations().map(async (operation) => {
      const error = await rejectionOf(operation);
      return { unavailable: isProblem(error, 'store_unavailable'), late: performance.now() - started > PATIENCE };
    });
    for (const outcome of await Promise.all(waits)) {
      expect(outcome).to.deep.equal({ unavailable: true, late: false });
    }
  }

  async function recovers(): Promise<void> {
    const started = performance.now();
    const answers = async (): Promise<boolean> => {
      const outcomes = await Promise.allSettled(operations());
      return outcomes.every(({ status }) => status === 'fulfilled');
    };
    while (!(await answers())) expect(performance.now() - started).to.be.below(RECOVERY);
  }

  for (const weather of ['cut', 'blackhole'] as const) {
    it(`answers within 3 s that it is not there, says so once, and is back by itself: ${weather}`, async function outage() {
      this.timeout(30_000);
      await store.clients.create(clientOf({ id: 'kept' }));
      await line.set(weather);
      await fails();
      await line.set('open');
      await recovers();
      expect(await store.clients.find('kept')).to.include({ id: 'kept' });
      const told = log.lines.map((line) => (JSON.parse(line) as { message: string }).message);
      expect(told).to.deep.equal(['the store does not answer', 'the store answers again']);
    });
  }

  // They were found out one by one, each by a call that failed, until the driver's monitor looked after ten seconds.
  it('connections that died without a word are replaced together, not each by a call that fails', async function died() {
    this.timeout(30_000);
    line.delay(20);
    await parallel(() => store.clients.find('any'));
    line.delay(0);
    expect(line.connections).to.be.at.least(CONNECTIONS);
    await line.set('blackhole');
    await line.set('open');
    const started = performance.now();
    const answered = (): Promise<boolean> =>
      store.clients.find('any').then(
        () => true,
        () => false,
      );
    while (!(await answered())) expect(performance.now() - started).to.be.below(RECOVERY);
    expect(await parallel(answered)).to.not.include(false);
    expect(performance.now() - started).to.be.below(RECOVERY);
  });

  // A heartbeat that met a socket between its end and its close was never over, and no server was found any more.
  it('comes back, however often the line breaks under calls that are under way', async function broken() {
    this.timeout(60_000);
    for (let time = 0; time < BREAKS; time += 1) {
      await delay(HEARTBEATS_APART);
      line.delay(20);
      const interrupted = parallel(() => rejectionOf(store.clients.find('any')), 10);
      await delay(30);
      await line.set('cut');
      line.delay(0);
      await interrupted;
      await line.set('open');
      await recovers();
    }
  });

  it('answers store_unavailable after close, which may come twice', async () => {
    await store.close();
    await store.close();
    expect(isProblem(await rejectionOf(store.ping()), 'store_unavailable')).to.equal(true);
    expect(isProblem(await rejectionOf(store.clients.find('any')), 'store_unavailable')).to.equal(true);
  });

  it('lets what is under way come to its end before it closes', async () => {
    const client = clientOf();
    const created = store.clients.create(client);
    await store.close();
    expect(await created).to.equal(true);
  });
});
