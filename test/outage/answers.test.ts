import { expect } from 'chai';
import { Problem } from '../../src/domain/errors.ts';
import { visitOf } from '../support/attack.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';
import { disturbedStore } from './disturbed-store.ts';

describe('outage: an answer that nothing was done (R-79)', () => {
  let before: (call: string) => void = () => undefined;
  const suite = useServer({
    overrides: { wrapStore: (store) => disturbedStore(store, async (call) => before(call)) },
  });
  afterEach(() => {
    before = () => undefined;
  });
  /** The store is there up to and including this call, and no longer. */
  const endAfter = (last: string): void => {
    let over = false;
    before = (call) => {
      if (over) throw new Problem('store_unavailable');
      over = call === last;
    };
  };

  // The engine had made its redirect when its session could not be saved: a code stood in the Location of a 503.
  it('leads nowhere and holds no code', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    const { url } = await (await suite.party()).start();
    let saves = 0;
    before = (call) => {
      if (call === 'artifacts.save') saves += 1;
      if (saves > 1) throw new Problem('store_unavailable');
    };
    const answer = await send(visitOf(browser, url));
    expect(saves).to.be.greaterThan(1);
    expect(answer.status).to.equal(503);
    expect(answer.headers).to.not.have.any.keys('location', 'set-cookie');
  });

  // The cookie of the new session came, the session did not, and the old one was out of reach for good.
  it('leaves somebody signed in who was', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const { tokens } = await suite.signIn(browser, address);
    await suite.begin(browser, { parameters: { prompt: 'login' } });
    const code = await suite.askForCode(browser, address);
    endAfter('artifacts.consume');
    expect((await enterCode(browser, code)).status).to.equal(503);
    before = () => undefined;
    const again = await suite.finish(browser, await suite.begin(browser));
    expect(again.tokens.claims()?.auth_time).to.equal(tokens.claims()?.auth_time);
  });

  // People read that something was wrong on our side, and programs that the server had failed.
  it('of the engine is the page of an outage, like any other', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    await browser.get(`${suite.server.issuer}/session/end`);
    before = () => {
      throw new Problem('store_unavailable');
    };
    for (const page of [
      await browser.submit('logout-confirm'),
      await browser.get((await (await suite.party()).start()).url),
    ]) {
      expect(page.status).to.equal(503);
      expect(page.text).to.contain('We will be right back').and.to.contain('503 store_unavailable');
    }
  });
});
