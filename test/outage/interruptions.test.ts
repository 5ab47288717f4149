import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { type ChildServer, environmentIn, readiness, useChildren } from '../faults/child-server.ts';
import { type Customers, createCustomers } from '../faults/customers.ts';
import { PLENTY, times } from '../support/attack.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { type DatabaseLine, startDatabaseLine } from '../support/mongo/line.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';

const LANES = 4;
/** The last one leaves no connection behind that is dead and does not know it: what comes after it may not fail. */
const INTERRUPTIONS = ['blackhole', 'refuse', 'cut', 'blackhole', 'cut'] as const;
const INTERRUPTION_MS = 400;
const CALM_MS = 700;

/** What the server has said, and must stand by whatever happens to its store. */
interface Acknowledged {
  readonly asked: Set<string>;
  readonly people: Map<string, string | undefined>;
  readonly live: Map<string, string>;
  readonly dead: Set<string>;
}

describeWithMongo('outage: a store that is lost again and again (R-75, R-77, R-79)', (server) => {
  const { directory, startServer } = useChildren();
  let database: TestDatabase;
  let line: DatabaseLine;
  let sink: SmtpSink;
  let child: ChildServer;
  let customers: Customers;
  let said: Acknowledged;
  let people = 0;

  beforeEach(async () => {
    [database, sink] = await Promise.all([createTestDatabase(server()), startSmtpSink()]);
    line = await startDatabaseLine(database.url);
    said = { asked: new Set(), people: new Map(), live: new Map(), dead: new Set() };
    customers = createCustomers(() => child, sink);
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
    MAIL_TIMEOUT_SECONDS: '2',
    SMS_TIMEOUT_SECONDS: '2',
    DELIVERY_LEASE_SECONDS: '5',
    BUDGETS_SENDS_PER_CLIENT: PLENTY,
  });

  /** One person's day. What was answered with "not now" may have happened or not, and is not promised either way. */
  async function day(): Promise<void> {
    people += 1;
    const turn = people % 3;
    const address = `person-${people}@example.org`;
    const asked = await customers.askForCode(address);
    said.asked.add(address);
    const tokens = await asked.finish();
    said.people.set(address, tokens.claims()?.sub);
    const token = String(tokens.refresh_token);
    if (turn === 0) said.live.set(address, token);
    if (turn === 1) said.live.set(address, await refreshed(token));
    if (turn === 2) {
      await customers.revoke(token);
      said.dead.add(token);
    }
  }

  /** A refresh whose answer is lost may be asked for again. */
  async function refreshed(token: string): Promise<string> {
    for (;;) {
      const answer = await customers.refresh(token);
      if (answer.status === 200) return answer.token;
      if (answer.status !== 503) throw new Error(`a refresh was answered ${answer.status}`);
      await delay(100);
    }
  }

  /** The client library puts an answer that it did not expect into the cause of its error. */
  const isRefusal = (error: unknown): boolean =>
    error instanceof Error &&
    (/\b503\b/.test(error.message) || (error.cause instanceof Response && error.cause.status === 503));

  it('goes on after each time, and stands by everything it has said', async function interruptions() {
    this.timeout(60_000);
    child = await startServer({ env: environment() });
    // One promise of each kind, whatever becomes of those that are made meanwhile.
    await Promise.all(times(3, day));
    let calm = false;
    let refused = 0;
    const unexplained: unknown[] = [];
    const lane = async (): Promise<void> => {
      while (!calm) {
        await day().catch((error: unknown) => {
          if (isRefusal(error)) refused += 1;
          else unexplained.push(error);
        });
      }
    };
    const interrupt = async (): Promise<void> => {
      for (const weather of INTERRUPTIONS) {
        await delay(CALM_MS);
        await line.set(weather);
        await delay(INTERRUPTION_MS);
        await line.set('open');
      }
      await delay(CALM_MS);
      calm = true;
    };
    await Promise.all([interrupt(), ...times(LANES, lane)]);
    while ((await readiness(child)) !== 200) await delay(20);
    expect(unexplained, child.output()).to.deep.equal([]);
    expect(refused).to.be.greaterThan(0);
    expect(Math.min(said.live.size, said.dead.size)).to.be.greaterThan(0);
    for (const [address, token] of said.live) expect((await customers.refresh(token)).status, address).to.equal(200);
    for (const token of said.dead) expect((await customers.refresh(token)).status).to.equal(400);
    for (const [address, sub] of [...said.people].slice(0, 8)) {
      expect((await customers.signIn(address)).claims()?.sub).to.equal(sub);
    }
    for (const address of said.asked) await sink.waitFor(address);
  });
});
