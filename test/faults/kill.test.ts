import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { PLENTY, times } from '../support/attack.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { type ChildServer, environmentIn, useChildren } from './child-server.ts';
import { type Customers, createCustomers } from './customers.ts';

const KILLS = 10;
const LANES = 6;

/** What the server has said, and must stand by whatever happens to it. */
interface Acknowledged {
  /** Addresses a code was promised to. */
  readonly asked: Set<string>;
  /** Who somebody was when they signed in. */
  readonly people: Map<string, string | undefined>;
  readonly live: Map<string, string>;
  readonly dead: Set<string>;
}

describe('faults: kill -9 in the middle of everything (R-75, R-76, R-77)', function () {
  this.timeout(60_000);
  const { directory, startServer } = useChildren();
  let sink: SmtpSink;
  let server: ChildServer;
  let customers: Customers;
  let said: Acknowledged;
  let people = 0;

  beforeEach(async () => {
    sink = await startSmtpSink();
    said = { asked: new Set(), people: new Map(), live: new Map(), dead: new Set() };
    server = await startServer({ env: environment() });
    // What is compiled is kept for the next start only when a process ends in order.
    server.signal('SIGTERM');
    await server.ended();
    server = await startServer({ env: environment(), port: server.port });
    customers = createCustomers(() => server, sink);
  });
  afterEach(() => sink.close());

  const environment = (): Record<string, string> => ({
    ...environmentIn(directory()),
    SMTP_URL: sink.url,
    MAIL_TIMEOUT_SECONDS: '2',
    SMS_TIMEOUT_SECONDS: '2',
    DELIVERY_LEASE_SECONDS: '5',
    DELIVERY_POLL_MILLISECONDS: '50',
    BUDGETS_SENDS_PER_CLIENT: PLENTY,
  });

  /** One person's day. A token whose answer never came is neither alive nor dead for sure. */
  async function day(killed: AbortSignal): Promise<void> {
    people += 1;
    const address = `person-${people}@example.org`;
    const asked = await customers.askForCode(address);
    said.asked.add(address);
    const tokens = await asked.finish(killed);
    said.people.set(address, tokens.claims()?.sub);
    said.live.set(address, String(tokens.refresh_token));
    if (people % 3 === 0) return;
    said.live.delete(address);
    if (people % 3 === 1) {
      const { status, token } = await customers.refresh(String(tokens.refresh_token));
      if (status === 200) said.live.set(address, token);
    } else {
      await customers.revoke(String(tokens.refresh_token));
      said.dead.add(String(tokens.refresh_token));
    }
  }

  /** Days without end, until the server is no more. @returns errors that its death does not explain */
  async function lane(killed: AbortSignal): Promise<unknown[]> {
    for (;;) {
      try {
        await day(killed);
      } catch (error) {
        return killed.aborted ? [] : [error];
      }
    }
  }

  /** @param soonEnough not before, however slow the machine is */
  async function liveAndKill(soonEnough: () => boolean): Promise<unknown[]> {
    const death = new AbortController();
    const lanes = times(LANES, () => lane(death.signal));
    while (!soonEnough()) await delay(5);
    await delay(randomInt(50, 600));
    death.abort();
    server.signal('SIGKILL');
    await server.ended();
    return (await Promise.all(lanes)).flat();
  }

  it(`${KILLS} times: what was acknowledged is there, and everybody can sign in at once`, async () => {
    const unexplained: unknown[] = [];
    // From the middle on there is something that has to survive, of both kinds.
    const somethingSaid = (): boolean => said.live.size > 0 && said.dead.size > 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      unexplained.push(...(await liveAndKill(() => kill < KILLS / 2 || somethingSaid())));
      server = await startServer({ env: environment(), port: server.port });
    }
    expect(unexplained).to.deep.equal([]);
    expect(Math.min(said.live.size, said.dead.size)).to.be.greaterThan(0);
    expect(said.asked.size).to.be.greaterThan(KILLS);
    await Promise.all([...said.people].map(([address, sub]) => comesBack(address, sub)));
    await Promise.all([...said.asked].map(arrivesOnce));
    for (const token of said.live.values()) expect((await customers.refresh(token)).status).to.equal(200);
    for (const token of said.dead) expect((await customers.refresh(token)).status).to.equal(400);
  });

  /** Signs in again, and is the same person. */
  async function comesBack(address: string, sub: string | undefined): Promise<void> {
    expect((await customers.signIn(address)).claims()?.sub).to.equal(sub);
  }

  /** At least once, and twice only as the same message: the worker died after it had handed it over. */
  async function arrivesOnce(address: string): Promise<void> {
    await sink.waitFor(address);
    const signIns = said.people.has(address) ? 2 : 1;
    const messages = sink.messages.filter(({ envelope }) => envelope.to.includes(address));
    expect(new Set(messages.map(({ headers }) => headers['message-id'])).size).to.equal(signIns);
    expect(messages.length).to.be.at.most(signIns + 1);
  }
});
