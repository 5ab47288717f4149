import { expect } from 'chai';
import { parametersOf, readableText, useServer } from '../support/journey.ts';

describe('journey: signing in', () => {
  const suite = useServer();

  it('leads somebody new from the address over the code to the application', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const started = await suite.begin(browser);
    expect(browser.page.url.pathname).to.match(/^\/interaction\/[\w-]+$/);
    expect(browser.page.title).to.contain('Demo');

    const code = await suite.askForCode(browser, address);
    expect(browser.page.url.pathname).to.match(/^\/interaction\/[\w-]+\/code$/);
    expect(readableText(browser.page)).to.contain(address);
    expect(code).to.match(/^\d{6}$/);

    await browser.submit('code-submit', { code });
    const { callback, tokens } = await suite.finish(browser, started);
    expect(parametersOf(callback)).to.have.all.keys('code', 'state', 'iss');
    expect(parametersOf(callback)).to.include({ state: started.state, iss: suite.server.issuer });
    expect(tokens.claims()).to.include({ iss: suite.server.issuer, aud: 'demo', nonce: started.nonce });
    const claims = await (await suite.party()).userinfo(tokens.access_token, tokens.claims()?.sub);
    expect(claims).to.deep.equal({ sub: tokens.claims()?.sub });
  });

  it('shows the same mark on the page and in the message, and the way back out', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser);
    await suite.askForCode(browser, address);
    const [message] = await suite.server.messages(address);
    const reference = browser.page.textOf('reference');
    expect(reference).to.match(/^Request [A-Z2-9]{2}$/);
    expect(message?.text).to.contain(reference);
  });

  it('knows a returning person on another browser: same sub, another session', async () => {
    const address = suite.address();
    const first = await suite.signIn(suite.browser(), address);
    const second = await suite.signIn(suite.browser(), address);
    expect(second.tokens.claims()?.sub).to.equal(first.tokens.claims()?.sub);
    expect(await suite.server.inbox(address)).to.have.length(2);
  });

  it('asks a signed-in browser nothing, at the same application and at another one', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const first = await suite.signIn(browser, address);
    for (const clientId of ['demo', 'demo-backend']) {
      const started = await suite.begin(browser, { clientId });
      expect(browser.history.at(-1)?.url.pathname).to.equal('/auth');
      const { tokens } = await suite.finish(browser, started, clientId);
      expect(tokens.claims()).to.include({
        sub: first.tokens.claims()?.sub,
        auth_time: first.tokens.claims()?.auth_time,
        aud: clientId,
      });
    }
    expect(await suite.server.inbox(address)).to.have.length(1);
  });

  it('has one account for all spellings of an address, and mails the canonical one (R-17, R-28)', async () => {
    const address = suite.address('Ada.Lovelace');
    const canonical = address.toLowerCase();
    const subjects = new Set<string | undefined>();
    for (const typed of [address, address.toUpperCase(), ` ${canonical} `, canonical]) {
      const browser = suite.browser();
      const started = await suite.begin(browser);
      const sent = (await suite.server.inbox(canonical)).length;
      await browser.submit('identifier-submit', { identifier: typed });
      await browser.submit('code-submit', { code: await suite.server.code(canonical, sent + 1) });
      const { tokens } = await suite.finish(browser, started);
      subjects.add(tokens.claims()?.sub);
    }
    expect(subjects.size).to.equal(1);
    expect(await suite.server.inbox(address)).to.have.length(0);
  });
});
