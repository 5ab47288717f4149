import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { type ChildServer, environmentIn, useChildren } from '../faults/child-server.ts';
import { createCustomers } from '../faults/customers.ts';
import { times } from '../support/attack.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { freePort } from '../support/server.ts';
import { type SmtpSink, type SunkMessage, startSmtpSink } from '../support/smtp-sink.ts';
import { codeIn } from './nodes.ts';

const LEASE_SECONDS = 5;
const CONCURRENCY = 4;
const PROGRAM = ['bin/countersign.mjs', 'worker'];

describeWithMongo('nodes: workers beside servers that do not deliver (R-77, R-80)', (server) => {
  const PATIENCE_MS = 40_000;
  const { directory, startServer, spawnServer } = useChildren();
  let database: TestDatabase;
  let sink: SmtpSink;
  beforeEach(async () => {
    writeFileSync(join(directory(), 'mail-only.json'), JSON.stringify({ sms: { countries: [] } }));
    [database, sink] = await Promise.all([createTestDatabase(server()), startSmtpSink()]);
  });
  afterEach(async () => {
    await sink.close();
    await database.drop();
  });

  const environment = (): Record<string, string> => ({
    ...environmentIn(directory()),
    STORE_URL: database.url,
    SMTP_URL: sink.url,
    CONFIG_FILE: join(directory(), 'mail-only.json'),
    MAIL_TIMEOUT_SECONDS: '2',
    SMS_TIMEOUT_SECONDS: '2',
    DELIVERY_IN_SERVER: 'false',
    DELIVERY_POLL_MILLISECONDS: '50',
    DELIVERY_LEASE_SECONDS: String(LEASE_SECONDS),
    DELIVERY_CONCURRENCY: String(CONCURRENCY),
  });
  async function startWorker(): Promise<ChildServer> {
    const port = await freePort();
    // The port of the server stays free: the health listener is where `startServer` looks.
    const env = { ...environment(), PORT: '1', DELIVERY_HEALTH_PORT: String(port) };
    return startServer({ env, port, program: PROGRAM });
  }
  const messagesTo = (address: string): SunkMessage[] =>
    sink.messages.filter(({ envelope }) => envelope.to.includes(address));
  const waiting = (): Promise<number> =>
    database.connection.collection('outbox').countDocuments({ state: { $in: ['queued', 'leased'] } });
  const people = (count: number): string[] => times(count, (person) => `person-${person}@example.org`);

  it('the mail of a sign-in waits for a worker, and somebody signs in by it', async () => {
    const child = await startServer({ env: environment() });
    const customers = createCustomers(() => child, sink);
    await customers.askForCode('ada@example.org');
    await delay(500);
    expect(sink.messages, 'the server delivers nothing').to.deep.equal([]);
    expect(await waiting()).to.equal(1);
    const work = await startWorker();
    expect(codeIn((await sink.waitFor('ada@example.org')).text)).to.match(/^\d{6}$/);
    expect((await fetch(`http://127.0.0.1:${work.port}/health/live`)).status).to.equal(200);
    expect((await fetch(`http://127.0.0.1:${work.port}/auth`)).status, 'it serves nobody').to.equal(404);
    await customers.signIn('bob@example.org');
  }).timeout(PATIENCE_MS);

  it('two share the work, and nobody gets anything twice', async () => {
    const child = await startServer({ env: environment() });
    const customers = createCustomers(() => child, sink);
    await Promise.all([startWorker(), startWorker()]);
    const addresses = people(20);
    for (const address of addresses) await customers.askForCode(address);
    while ((await waiting()) > 0) await delay(20);
    expect(sink.messages.map(({ envelope }) => envelope.to.join()).sort()).to.deep.equal([...addresses].sort());
    const states = await database.connection.collection('outbox').distinct('state');
    expect(states).to.deep.equal(['accepted']);
  }).timeout(PATIENCE_MS);

  it('one that is killed with messages in its hands is replaced: nothing is lost', async () => {
    const child = await startServer({ env: environment() });
    const customers = createCustomers(() => child, sink);
    sink.setDelay(1_500);
    const addresses = people(6);
    for (const address of addresses) await customers.askForCode(address);
    const first = await startWorker();
    while (sink.connections < CONCURRENCY) await delay(5);
    first.signal('SIGKILL');
    await first.ended();
    sink.setDelay(0);
    await startWorker();
    for (const address of addresses) while (messagesTo(address).length === 0) await delay(20);
    while ((await waiting()) > 0) await delay(20);
    for (const address of addresses) {
      expect(messagesTo(address).length).to.be.at.most(2);
      expect(new Set(messagesTo(address).map(({ headers }) => headers['message-id'])).size).to.equal(1);
    }
  }).timeout(PATIENCE_MS);

  it('SIGTERM: what is in its hands is settled, the rest is left to others, exit code 0', async () => {
    const child = await startServer({ env: environment() });
    const customers = createCustomers(() => child, sink);
    sink.setDelay(700);
    const addresses = people(6);
    for (const address of addresses) await customers.askForCode(address);
    const first = await startWorker();
    while (sink.connections < CONCURRENCY) await delay(5);
    first.signal('SIGTERM');
    expect(await first.ended()).to.equal(0);
    const outbox = database.connection.collection('outbox');
    expect(await outbox.countDocuments({ state: 'leased' })).to.equal(0);
    expect(await outbox.countDocuments({ state: 'accepted' })).to.be.at.least(CONCURRENCY);
    sink.setDelay(0);
    await startWorker();
    while ((await waiting()) > 0) await delay(20);
    expect(sink.messages.map(({ envelope }) => envelope.to.join()).sort()).to.deep.equal([...addresses].sort());
  }).timeout(PATIENCE_MS);

  it('one with another SECRET than the servers gives nothing up: it does not start', async () => {
    await startServer({ env: environment() });
    const env = { ...environment(), SECRET: 'another secret, which is long enough for production too', PORT: '1' };
    const other = await spawnServer({ env, program: PROGRAM });
    expect(await other.ended()).to.equal(1);
    expect(other.output()).to.contain('SECRET');
  }).timeout(PATIENCE_MS);
});
