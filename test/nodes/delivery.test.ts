import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { environmentIn, useChildren } from '../faults/child-server.ts';
import { createCustomers } from '../faults/customers.ts';
import { PLENTY, times } from '../support/attack.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { type SmtpSink, type SunkMessage, startSmtpSink } from '../support/smtp-sink.ts';
import { codeIn, useNodes } from './nodes.ts';

const SIGN_INS = 100;
const LANES = 10;

const messagesTo = ({ messages }: SmtpSink, address: string): SunkMessage[] =>
  messages.filter(({ envelope }) => envelope.to.includes(address));

describeWithMongo('nodes: a message leaves from one of them (R-77)', (server) => {
  // Workers look all the time, so that they get in each other's way as often as they can.
  const cluster = useNodes(server, { DELIVERY_POLL_MILLISECONDS: '50', BUDGETS_SENDS_PER_CLIENT: PLENTY });
  const { suite } = cluster;

  it(`${SIGN_INS} sign-ins, ${LANES} at a time, are ${SIGN_INS} messages`, async function manySignIns() {
    this.timeout(30_000);
    const addresses = times(SIGN_INS, () => suite.address());
    const left = [...addresses];
    const lane = async (): Promise<void> => {
      for (let address = left.pop(); address !== undefined; address = left.pop()) {
        const { tokens } = await suite.signIn(suite.browser(), address, { parameters: { scope: 'openid email' } });
        expect(tokens.claims()?.email).to.equal(address);
      }
    };
    await Promise.all(times(LANES, lane));
    await suite.delivered();
    expect(cluster.sink.messages.map(({ envelope }) => envelope.to.join()).sort()).to.deep.equal(addresses.sort());
  });
});

describeWithMongo('nodes: one that is killed with messages in its hands (R-77)', (server) => {
  const { directory, startServer } = useChildren();
  let database: TestDatabase;
  let sink: SmtpSink;
  beforeEach(async () => {
    [database, sink] = await Promise.all([createTestDatabase(server()), startSmtpSink()]);
  });
  afterEach(async () => {
    await sink.close();
    await database.drop();
  });

  const LEASE_SECONDS = 5;
  const CONCURRENCY = 4;
  const environment = (): Record<string, string> => ({
    ...environmentIn(directory()),
    STORE_URL: database.url,
    SMTP_URL: sink.url,
    MAIL_TIMEOUT_SECONDS: '2',
    SMS_TIMEOUT_SECONDS: '2',
    DELIVERY_LEASE_SECONDS: String(LEASE_SECONDS),
    DELIVERY_CONCURRENCY: String(CONCURRENCY),
  });
  const leased = (): Promise<number> =>
    database.connection.collection('outbox').countDocuments({ state: 'leased', leasedBy: { $ne: null } });

  it('is replaced by another one; nothing is lost, and twice comes only what it had handed over', async function takeover() {
    this.timeout(40_000);
    const first = await startServer({ env: environment() });
    const customers = createCustomers(() => first, sink);
    const addresses = times(6, (person) => `person-${person}@example.org`);
    // Whole messages are taken and not answered in time, so that nobody knows what became of them.
    sink.setDelay(1_500);
    for (const address of addresses) await customers.askForCode(address);
    while (sink.connections < CONCURRENCY) await delay(5);
    await delay(300);
    expect(await leased()).to.equal(CONCURRENCY);
    first.signal('SIGKILL');
    const killed = performance.now();
    await first.ended();
    sink.setDelay(0);
    await Promise.all(times(2, () => startServer({ env: environment() })));
    for (const address of addresses) while (messagesTo(sink, address).length === 0) await delay(20);
    while ((await leased()) > 0) await delay(20);
    expect(performance.now() - killed).to.be.below((LEASE_SECONDS + 5) * 1000);
    for (const address of addresses) {
      const arrived = messagesTo(sink, address);
      expect(arrived.length).to.be.at.most(2);
      expect(new Set(arrived.map(({ headers }) => headers['message-id'])).size).to.equal(1);
      expect(new Set(arrived.map(({ text }) => codeIn(text))).size).to.equal(1);
    }
    expect(sink.messages.length).to.be.at.most(addresses.length + CONCURRENCY);
  });
});
