import { expect } from 'chai';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';

/** Nothing in a result says which browser its form was in: anybody may send their own to somebody else. */
describe('safety: a result that is opened in a browser of somebody else', function () {
  this.timeout(20_000);
  const suite = useServer();
  const hosted = createHosted(suite);

  /** Somebody who is signed in, and sees the page behind the result of somebody else. */
  async function lured() {
    const [browser, victim, attacker] = [suite.browser(), suite.address(), suite.address()];
    await hosted.exchange(await hosted.authorizationCode(victim, { browser }));
    expect(await hosted.open(await hosted.prove(attacker), browser), 'it went on by itself').to.equal(null);
    return { browser, victim, attacker };
  }

  async function whoIsIn(browser: ReturnType<typeof suite.browser>): Promise<unknown> {
    const started = await suite.begin(browser, { parameters: { prompt: 'none', scope: 'openid email' } });
    const { tokens } = await suite.finish(browser, started);
    return tokens.claims()?.email;
  }

  it('says who is signed in there, and for which application, and waits for a press, with script, too', async () => {
    const { browser, victim } = await lured();
    expect(browser.page.text).to.include(victim).and.include('Demo Backend');
    expect(browser.page.html).to.not.include('data-go').and.not.include('go.js');
    expect(browser.page.headers.get('referrer-policy')).to.equal('no-referrer');
  });

  it('changes nothing until then: not who is signed in, not for any application', async () => {
    const { browser, victim } = await lured();
    expect(await whoIsIn(browser)).to.equal(victim);
  });

  it('goes on by the press of whoever it was meant for', async () => {
    const { browser, attacker } = await lured();
    await browser.click('proceed-submit');
    await hosted.exchange(browser.landedAt().searchParams.get('code') ?? '');
    expect(await whoIsIn(browser)).to.equal(attacker);
  });

  it('asks nobody who is signed in there already, nor where nobody is', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    for (const time of ['first', 'second']) {
      const landed = await hosted.open(await hosted.prove(address), browser);
      expect((await hosted.exchange(landed?.searchParams.get('code') ?? '')).status, time).to.equal(200);
    }
  });
});
