import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { type ChildServer, environmentIn, useChildren } from '../faults/child-server.ts';
import { createCustomers } from '../faults/customers.ts';
import { PLENTY, times } from '../support/attack.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { type RoundRobin, startRoundRobin } from '../support/round-robin.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';

const NODES = 3;
const LANES = 3;

describeWithMongo('nodes: a rolling restart (R-80)', (server) => {
  const { directory, startServer } = useChildren();
  let database: TestDatabase;
  let sink: SmtpSink;
  let balancer: RoundRobin;
  beforeEach(async () => {
    [database, sink, balancer] = await Promise.all([
      createTestDatabase(server()),
      startSmtpSink(),
      startRoundRobin({ readinessEveryMs: 100 }),
    ]);
  });
  afterEach(async () => {
    await balancer.close();
    await sink.close();
    await database.drop();
  });

  const startNode = (port?: number): Promise<ChildServer> =>
    startServer({
      env: {
        ...environmentIn(directory()),
        STORE_URL: database.url,
        ISSUER: balancer.origin,
        SMTP_URL: sink.url,
        // Longer than the balancer takes to notice.
        LIMITS_DRAIN_SECONDS: '1',
        BUDGETS_SENDS_PER_CLIENT: PLENTY,
      },
      ...(port === undefined ? {} : { port }),
    });
  const originOf = ({ port }: ChildServer): string => `http://127.0.0.1:${port}`;

  it('of one node after the other fails no request of people who go on signing in', async function rolling() {
    this.timeout(60_000);
    const nodes = await Promise.all(times(NODES, () => startNode()));
    await balancer.use(nodes.map(originOf));
    const [node] = nodes as [ChildServer];
    const customers = createCustomers(() => ({ ...node, issuer: balancer.origin }), sink);
    let restarting = true;
    let people = 0;
    const lane = async (): Promise<void> => {
      while (restarting) {
        people += 1;
        const tokens = await customers.signIn(`person-${people}@example.org`);
        expect((await customers.refresh(String(tokens.refresh_token))).status).to.equal(200);
      }
    };
    const answered = new Map<ChildServer, number>();
    const restartAll = async (): Promise<void> => {
      for (const one of nodes) {
        one.signal('SIGTERM');
        expect(await one.ended()).to.equal(0);
        answered.set(one, balancer.served.length);
        await startNode(one.port);
      }
      const before = people;
      while (people < before + 2 * LANES) await delay(20);
      restarting = false;
    };
    await Promise.all([restartAll(), ...times(LANES, lane)]);
    expect(balancer.served.filter(({ status, node: origin }) => status >= 500 || origin === null)).to.deep.equal([]);
    for (const one of nodes) {
      const since = balancer.served.slice(answered.get(one));
      expect(since.some(({ node: origin }) => origin === originOf(one))).to.equal(true);
    }
    expect(people).to.be.greaterThan(NODES * LANES);
  });
});
