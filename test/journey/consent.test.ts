import { expect } from 'chai';
import { parametersOf, readableText, useServer } from '../support/journey.ts';

const clientId = 'demo-third-party';

describe('journey: consent', () => {
  const suite = useServer();

  it('asks for a third-party application: what, for whom, and where it leads', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    const started = await suite.begin(browser, { clientId, parameters: { scope: 'openid email phone' } });
    const { page } = browser;
    expect(page.url.pathname).to.match(/\/consent$/);
    expect(page.title).to.contain('Third Party Demo');
    expect(readableText(page)).to.contain(address).and.to.contain(new URL(suite.server.application).host);
    for (const wish of ['Recognise you', 'See your e-mail address', 'See your phone number']) {
      expect(page.text).to.contain(wish);
    }
    expect(page.text).not.to.contain('See your profile');
    await browser.reload();
    await browser.click('consent-allow');
    const { tokens } = await suite.finish(browser, started, clientId);
    expect(tokens.scope?.split(' ')).to.have.members(['openid', 'email', 'phone']);
  });

  it('remembers the answer in a new session on another browser', async () => {
    const address = suite.address();
    const options = { clientId, parameters: { scope: 'openid email' } };
    const first = await suite.signIn(suite.browser(), address, options);
    const other = suite.browser();
    await suite.signIn(other, address);
    const started = await suite.begin(other, options);
    const again = await suite.finish(other, started, clientId);
    expect(again.tokens.claims()?.sub).to.equal(first.tokens.claims()?.sub);
    expect(again.tokens.claims()).to.include({ email: address });
  });

  it('asks again for more, and only for what is new', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address, { clientId, parameters: { scope: 'openid email' } });
    const more = { clientId, parameters: { scope: 'openid email profile' } };
    const started = await suite.begin(browser, more);
    expect(browser.page.text).to.contain('See your profile').and.not.to.contain('See your e-mail address');
    await browser.click('consent-allow');
    await suite.finish(browser, started, clientId);
    for (const scope of ['openid email', 'openid profile', 'openid email profile']) {
      await suite.begin(browser, { clientId, parameters: { scope } });
      expect(browser.landedAt().searchParams.has('code'), scope).to.equal(true);
    }
  });

  it('does not take the answer of one application, or of one person, for another', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address, { clientId });
    const other = suite.browser();
    await suite.signIn(other, suite.address());
    await suite.begin(other, { clientId });
    expect(other.page.has('consent-allow')).to.equal(true);
  });

  it('asks for single claims by name', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    const claims = JSON.stringify({ userinfo: { email: { essential: true } } });
    await suite.begin(browser, { clientId, parameters: { claims } });
    expect(browser.page.text).to.contain('See your e-mail address');
  });

  it('answers access_denied when a person does not agree, and asks anew the next time', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    const { state } = await suite.begin(browser, { clientId });
    await browser.click('consent-deny');
    expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied', state, iss: suite.server.issuer });
    await suite.begin(browser, { clientId });
    expect(browser.page.has('consent-allow')).to.equal(true);
  });

  it('asks nothing for a first-party application, whatever the scope', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    await suite.begin(browser, { parameters: { scope: 'openid profile email phone offline_access' } });
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('cannot be given by a page of somebody else (R-57)', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    await suite.begin(browser, { clientId });
    const { form } = browser.page.formAt('consent-allow');
    const csrf = form.controls.find(({ name }) => name === 'csrf')?.value ?? '';
    const page = browser.page.url;
    for (const [from, fields] of [
      ['https://evil.example', { csrf }],
      [page.origin, {}],
      [page.origin, { csrf: 'made-up' }],
    ] as const) {
      const attacker = browser.tab();
      await attacker.postFrom(from, new URL(form.action, page), fields);
      expect(attacker.stoppedAt).to.equal(null);
      expect(attacker.page.status).to.be.oneOf([400, 403]);
    }
    expect((await browser.reload()).has('consent-allow')).to.equal(true);
  });

  it('tells apart a person who has left in between', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const { tokens } = await suite.signIn(browser, address);
    await suite.begin(browser, { clientId });
    const tab = browser.tab();
    const party = await suite.party();
    await tab.get(party.logoutUrl(tokens.id_token));
    await tab.click('logout-confirm');
    const page = await browser.click('consent-allow');
    expect(browser.stoppedAt).to.equal(null);
    expect(page.status).to.equal(400);
    expect(page.has('expired-return')).to.equal(true);
  });
});
