import { expect } from 'chai';
import { environmentIn, useChildren } from '../faults/child-server.ts';
import { createCustomers } from '../faults/customers.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { type DatabaseLine, startDatabaseLine } from '../support/mongo/line.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';

describeWithMongo('outage: the process and its store (R-79, R-80)', (server) => {
  const { directory, spawnServer, startServer } = useChildren();
  let database: TestDatabase;
  let line: DatabaseLine;
  let sink: SmtpSink;

  beforeEach(async () => {
    [database, sink] = await Promise.all([createTestDatabase(server()), startSmtpSink()]);
    line = await startDatabaseLine(database.url);
  });
  afterEach(async () => {
    await line.close();
    await sink.close();
    await database.drop();
  });

  const environment = (): Record<string, string> => ({
    ...environmentIn(directory()),
    STORE_URL: line.url,
    SMTP_URL: sink.url,
  });

  it('SIGTERM while nothing passes is an orderly stop all the same (R-80)', async function stop() {
    this.timeout(30_000);
    const child = await startServer({ env: environment() });
    await createCustomers(() => child, sink).askForCode('somebody@example.org');
    await line.set('blackhole');
    const started = performance.now();
    child.signal('SIGTERM');
    expect(await child.ended()).to.equal(0);
    expect(performance.now() - started).to.be.below(10_000);
  });

  it('a start without a store ends soon, with words and without the password', async function start() {
    this.timeout(20_000);
    await line.set('cut');
    const url = environment().STORE_URL?.replace('mongodb://', 'mongodb://someone:hunter2@') ?? '';
    const started = performance.now();
    const child = await spawnServer({ env: { ...environment(), STORE_URL: url } });
    expect(await child.ended()).to.be.greaterThan(0);
    expect(performance.now() - started).to.be.below(10_000);
    expect(child.output()).to.contain(`127.0.0.1:${line.port}`).and.to.contain('cannot be opened');
    expect(child.output()).to.not.match(/hunter2|\n\s+at /);
  });
});
