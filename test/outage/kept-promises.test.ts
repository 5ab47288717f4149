import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { challengeOf, leadsOn, shotOf, times, volley, type Waiting, waitForCode } from '../support/attack.ts';
import { wrongCode } from '../support/journey.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { useDistantStore } from './distant-store.ts';

const GUESSES = 12;
const ALLOWED = 5;

describeWithMongo('outage: what is counted and what is kept (R-04, R-15, R-75, R-79)', (server) => {
  const distant = useDistantStore(server);
  const { suite } = distant;

  const back = async (): Promise<void> => {
    await distant.line.set('open');
    while ((await fetch(`${suite.server.issuer}/health/ready`)).status !== 200) await delay(20);
  };
  const guess = ({ browser, code }: Waiting) =>
    volley(times(GUESSES, (index) => shotOf(browser, 'code-submit', { code: wrongCode(code, (index % 9) + 1) })));

  it('no guess is looked at that was not counted, though the line breaks in the middle of them', async function guesses() {
    this.timeout(20_000);
    const waiting = await waitForCode(suite, suite.address());
    const interrupted = guess(waiting);
    await delay(15);
    await distant.line.set('cut');
    const answers = [...(await interrupted), ...(await guess(waiting))];
    await back();
    answers.push(...(await guess(waiting)));
    const { attempts } = await challengeOf(suite, waiting.uid);
    const looked = answers.filter(({ body }) => body.includes('aria-invalid')).length;
    expect(looked).to.be.at.most(attempts);
    expect(attempts).to.equal(ALLOWED);
    expect(answers.some(({ status }) => status === 503)).to.equal(true);
    expect(answers.filter((answer) => leadsOn(answer, suite))).to.deep.equal([]);
    const [late] = await volley([shotOf(waiting.browser, 'code-submit', { code: waiting.code })]);
    expect(late?.status).to.equal(422);
  });

  for (const { whose, identifier, messages } of [
    { whose: 'an address', identifier: () => suite.address(), messages: 5 },
    { whose: 'a number', identifier: () => suite.number(), messages: 3 },
  ]) {
    it(`the spent budget of ${whose} is spent during an outage and after it`, async function budgets() {
      this.timeout(20_000);
      const to = identifier();
      for (let message = 0; message < messages; message += 1) await waitForCode(suite, to);
      const browser = suite.browser();
      await suite.begin(browser);
      const ask = shotOf(browser, 'identifier-submit', { identifier: to });
      await distant.line.set('refuse');
      for (const { status, headers } of await volley(times(6, () => ask))) {
        expect(status).to.equal(503);
        expect(headers.location).to.equal(undefined);
      }
      await back();
      for (const { status } of await volley(times(3, () => ask))) expect(status).to.equal(429);
      expect(await suite.server.inbox(to)).to.have.length(messages);
    });
  }

  it('nothing that was acknowledged before is lost', async function kept() {
    this.timeout(20_000);
    const [browser, address] = [suite.browser(), suite.address()];
    const { tokens } = await suite.signIn(browser, address, { clientId: 'demo-third-party' });
    const mine = await suite.signIn(browser, address);
    const waiting = await waitForCode(suite, suite.address());
    await (await suite.party()).revoke(mine.tokens.access_token);
    await distant.line.set('blackhole');
    await delay(200);
    await back();
    const party = await suite.party();
    expect((await party.introspect(mine.tokens.access_token)).active).to.equal(false);
    // The session, the consent and the code of somebody else.
    const started = await suite.begin(browser, { clientId: 'demo-third-party' });
    const again = await suite.finish(browser, started, 'demo-third-party');
    expect(again.tokens.claims()?.sub).to.equal(tokens.claims()?.sub);
    const [right] = await volley([shotOf(waiting.browser, 'code-submit', { code: waiting.code })]);
    expect(right !== undefined && leadsOn(right, suite)).to.equal(true);
  });
});
