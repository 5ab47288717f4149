import { expect } from 'chai';
import {
  challengeOf,
  leadsOn,
  locationOf,
  shotOf,
  times,
  visitOf,
  volley,
  type Waiting,
  waitForCode,
} from '../support/attack.ts';
import { wrongCode } from '../support/journey.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { useNodes } from './nodes.ts';

const PARALLEL = 50;
const ROUNDS = 3;

describeWithMongo('nodes: what is counted is counted once for all (R-81)', (server) => {
  const cluster = useNodes(server);
  const { suite } = cluster;

  /** Several browsers of one person, each in front of its own code page. */
  const severalOf = (address: string, count: number): Promise<Waiting[]> =>
    times(count, () => null).reduce(
      async (before, _) => [...(await before), await waitForCode(suite, address)],
      Promise.resolve<Waiting[]>([]),
    );
  const wrongShots = ({ browser, code }: Waiting, count: number) =>
    times(count, (index) => shotOf(browser, 'code-submit', { code: wrongCode(code, (index % 9) + 1) }));

  it(`${PARALLEL} right submissions at once succeed once and give one authorization code, ${ROUNDS} times (R-03)`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { browser, uid, code } = await waitForCode(suite, suite.address());
      const shot = shotOf(browser, 'code-submit', { code });
      const answers = await volley(times(PARALLEL, () => shot));
      expect(answers.filter(({ status }) => status >= 500)).to.deep.equal([]);
      expect(answers.filter((answer) => leadsOn(answer, suite))).to.have.length(1);
      const resume = visitOf(browser, new URL(`/auth/${uid}`, suite.server.issuer));
      const followed = await volley(times(PARALLEL, () => resume));
      const codes = followed.filter((answer) => locationOf(answer, suite)?.searchParams.has('code') === true);
      expect(codes).to.have.length(1);
    }
  });

  it(`of ${PARALLEL} guesses at once five are looked at (R-04)`, async () => {
    const waiting = await waitForCode(suite, suite.address());
    const answers = await volley(wrongShots(waiting, PARALLEL));
    expect(answers.filter(({ body }) => body.includes('aria-invalid')).length).to.be.at.most(5);
    expect((await challengeOf(suite, waiting.uid)).attempts).to.equal(5);
    const [late] = await volley([shotOf(waiting.browser, 'code-submit', { code: waiting.code })]);
    expect(late?.status).to.equal(422);
  });

  it('ten failures an hour on one address, whatever browser, challenge and node they come by (R-13)', async () => {
    const waiting = await severalOf(suite.address(), 3);
    const answers = await volley(waiting.flatMap((one) => wrongShots(one, 5)));
    const attempts = await Promise.all(waiting.map(async ({ uid }) => (await challengeOf(suite, uid)).attempts));
    expect(attempts.reduce((sum, one) => sum + one, 0)).to.equal(10);
    expect(answers.filter(({ status }) => status === 429)).to.have.length(5);
  });

  it('five messages in ten minutes to one address, and none of them twice (R-15)', async () => {
    const address = suite.address();
    const browsers = await Promise.all(
      times(20, async () => {
        const browser = suite.browser();
        await suite.begin(browser);
        return browser;
      }),
    );
    const asked = browsers.map((browser) => shotOf(browser, 'identifier-submit', { identifier: address }));
    const statuses = (await volley(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 303)).to.have.length(5);
    expect(statuses.filter((status) => status === 429)).to.have.length(15);
    await suite.delivered();
    const arrived = cluster.sink.messages.filter(({ envelope }) => envelope.to.includes(address));
    // Three of the five stay open; whether the others gave way before they were sent is a matter of luck.
    expect(arrived.length).to.be.within(3, 5);
    expect(new Set(arrived.map(({ headers }) => headers['message-id'])).size).to.equal(arrived.length);
  });

  it('one account for one address, whoever of its browsers comes first (R-30)', async () => {
    const address = suite.address();
    const waiting = await severalOf(address, 3);
    const shots = waiting.map(({ browser, code }) => shotOf(browser, 'code-submit', { code }));
    const answers = await volley(shots);
    expect(answers.filter((answer) => leadsOn(answer, suite))).to.have.length(3);
    const subjects = await Promise.all(
      waiting.map(async ({ browser, uid, started }) => {
        await browser.get(new URL(`/auth/${uid}`, suite.server.issuer));
        return (await suite.finish(browser, started)).tokens.claims()?.sub;
      }),
    );
    expect(new Set(subjects).size).to.equal(1);
  });
});
