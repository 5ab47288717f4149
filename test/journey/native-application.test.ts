import { expect } from 'chai';
import { parametersOf, type Suite, useServer } from '../support/journey.ts';
import { createRelyingParty, type RelyingParty, type Tokens } from '../support/relying-party.ts';

const REDIRECT = 'com.example.app:/callback';

const native = (id: string, firstParty: boolean) => ({ id, type: 'native', redirectUris: [REDIRECT], firstParty });

describe('journey: a native application', () => {
  const clients = [native('ours', true), native('theirs', false)];
  const suite: Suite = useServer({ settings: { clients } });

  const party = (clientId: string): Promise<RelyingParty> =>
    createRelyingParty({ issuer: suite.server.issuer, clientId, redirectUri: REDIRECT });

  it('of our own asks for a code and nothing else, and comes back by its own scheme', async () => {
    const [browser, address, app] = [suite.browser(), suite.address(), await party('ours')];
    const started = await app.start({ scope: 'openid email' });
    await browser.get(started.url);
    await browser.submit('code-submit', { code: await suite.askForCode(browser, address) });
    expect(browser.landedAt().href.startsWith(REDIRECT)).to.equal(true);
    const tokens: Tokens = await app.finish(browser.landedAt(), started);
    expect(tokens.claims()).to.include({ aud: 'ours', email: address });
  });

  it('is never answered without a person, because another one may pose as it (RFC 8252 §8.6)', async () => {
    const [browser, app] = [suite.browser(), await party('ours')];
    await suite.signIn(browser, suite.address());
    const silent = await app.start({ prompt: 'none' });
    await browser.get(silent.url);
    expect(parametersOf(browser.landedAt())).to.include({ error: 'interaction_required', state: silent.state });

    const started = await app.start();
    await browser.get(started.url);
    expect(browser.stoppedAt).to.equal(null);
    await browser.click('consent-allow');
    expect((await app.finish(browser.landedAt(), started)).claims()?.sub).to.be.a('string');
  });

  it('of somebody else asks for consent each time', async () => {
    const [browser, address, app] = [suite.browser(), suite.address(), await party('theirs')];
    for (const round of ['first', 'second']) {
      const started = await app.start();
      await browser.get(started.url);
      if (browser.page.has('identifier')) {
        await browser.submit('code-submit', { code: await suite.askForCode(browser, address) });
      }
      expect(browser.page.has('consent-allow'), round).to.equal(true);
      await browser.click('consent-allow');
      expect((await app.finish(browser.landedAt(), started)).claims()?.aud).to.equal('theirs');
    }
  });
});
