import { expect } from 'chai';
import { Problem } from '../../src/domain/errors.ts';
import { disturbedStore } from '../outage/disturbed-store.ts';
import { everyRequest } from '../outage/every-request.ts';
import { challengeOf, shotOf, volley, waitForCode } from '../support/attack.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

describe('faults: a store that is out of reach (R-79)', function () {
  this.timeout(20_000);
  let down: (call: string) => boolean = () => false;
  const before = async (call: string): Promise<void> => {
    if (down(call)) throw new Problem('store_unavailable', { retryAfter: 5 });
  };
  const suite = useServer({ overrides: { wrapStore: (store) => disturbedStore(store, before) } });
  afterEach(() => {
    down = () => false;
  });

  it('every request that needs it is refused with 503 and Retry-After; none succeeds, none breaks', async () => {
    const all = await everyRequest(suite);
    down = () => true;
    const wrong: string[] = [];
    for (const { name, request } of all) {
      const { status, headers, body } = await send(request);
      if (status !== 503 || Number(headers['retry-after'] ?? 0) < 1)
        wrong.push(`${name}: ${status} ${body.slice(0, 80)}`);
      if (/\n\s+at /.test(body)) wrong.push(`${name}: a stack`);
    }
    expect(wrong).to.deep.equal([]);
    expect((await fetch(`${suite.server.issuer}/health/ready`)).status).to.equal(503);
    expect((await fetch(`${suite.server.issuer}/health/live`)).status).to.equal(200);
  });

  it('whichever of its answers to a right code is missing, nothing is counted as done that was not', async () => {
    for (let missing = 1; ; missing += 1) {
      const address = suite.address();
      const waiting = await waitForCode(suite, address);
      let calls = 0;
      down = (call) => /^(?:challenges|accounts|artifacts|clients|budgets)\./.test(call) && ++calls === missing;
      const [answer] = await volley([shotOf(waiting.browser, 'code-submit', { code: waiting.code })]);
      down = () => false;
      // Once there is no such call any more, the sign-in has to have gone through.
      if (calls < missing) return expect(answer?.status).to.equal(303);
      expect(answer?.status, `call ${missing}`).to.equal(503);
      expect((await challengeOf(suite, waiting.uid)).state).to.be.oneOf(['open', 'proven']);
      // Whatever was used up, a new code can be asked for at once.
      const page = await waiting.browser.get(`${suite.server.issuer}/interaction/${waiting.uid}`);
      if (page.has('identifier')) await suite.askForCode(waiting.browser, address);
      await enterCode(waiting.browser, await suite.server.code(address));
      await suite.finish(waiting.browser, waiting.started);
    }
  });

  it('a send budget that cannot be asked lets nothing through', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser);
    down = (call) => call === 'challenges.open';
    expect((await browser.submit('identifier-submit', { identifier: address })).status).to.equal(503);
    expect(await suite.server.inbox(address)).to.deep.equal([]);
  });

  it('is over when it is over: the same pages go on', async () => {
    const waiting = await waitForCode(suite, suite.address());
    const tab = waiting.browser.tab();
    down = () => true;
    await tab.get(waiting.browser.page.url);
    expect(tab.page.status).to.equal(503);
    down = () => false;
    await enterCode(waiting.browser, waiting.code);
    await suite.finish(waiting.browser, waiting.started);
  });
});
