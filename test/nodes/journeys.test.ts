import { expect } from 'chai';
import { enterCode, parametersOf, wrongCode } from '../support/journey.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { useNodes } from './nodes.ts';

describeWithMongo('nodes: a journey that changes node at each request (R-81)', function journeys(server) {
  const cluster = useNodes(server);
  const { suite } = cluster;
  let first = 0;
  beforeEach(() => {
    first = cluster.balancer.served.length;
  });
  afterEach('every request was answered by another node than the one before', () => {
    const nodes = cluster.balancer.served.slice(first).map(({ node }) => node);
    expect(new Set(nodes).size).to.equal(3);
    expect(nodes.filter((node, index) => node === nodes[index - 1])).to.deep.equal([]);
  });

  it('signs in, from the application to claims', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const { tokens } = await suite.signIn(browser, address, { parameters: { scope: 'openid email' } });
    expect(tokens.claims()).to.include({ email: address, email_verified: true });
    const party = await suite.party();
    for (let node = 0; node < 3; node += 1) {
      expect(await party.userinfo(tokens.access_token)).to.include({ email: address });
    }
  });

  it('counts wrong codes together, and takes the right one after four of them', async () => {
    const browser = suite.browser();
    const started = await suite.begin(browser);
    const code = await suite.askForCode(browser, suite.address());
    for (const left of ['4 tries', '3 tries', '2 tries', '1 try']) {
      expect((await enterCode(browser, wrongCode(code))).alert).to.contain(`${left} left`);
    }
    await enterCode(browser, code);
    await suite.finish(browser, started);
  });

  it('refuses the right code after five wrong ones, and sends a new one at once', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const started = await suite.begin(browser);
    const code = await suite.askForCode(browser, address);
    for (let guess = 1; guess <= 5; guess += 1) await enterCode(browser, wrongCode(code, guess));
    expect(browser.page.has('code')).to.equal(false);
    await browser.click('code-resend');
    await enterCode(browser, await cluster.code(address, 2));
    await suite.finish(browser, started);
  });

  it('sends the same code again when it is time, and not before', async () => {
    const time = suite.freeze();
    const [browser, address] = [suite.browser(), suite.address()];
    const started = await suite.begin(browser);
    const code = await suite.askForCode(browser, address);
    expect((await browser.click('code-resend')).status).to.equal(429);
    time.advance(60_000);
    expect((await browser.click('code-resend')).textOf('resent')).to.contain('sent the code again');
    expect(await cluster.code(address, 2)).to.equal(code);
    await enterCode(browser, code);
    await suite.finish(browser, started);
  });

  it('asks for consent once', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const options = { clientId: 'third-party', parameters: { scope: 'openid email' } };
    const started = await suite.begin(browser, options);
    await enterCode(browser, await suite.askForCode(browser, address));
    await browser.click('consent-allow');
    await suite.finish(browser, started, 'third-party');
    const again = await suite.begin(browser, options);
    const { tokens } = await suite.finish(browser, again, 'third-party');
    expect(tokens.claims()?.email).to.equal(address);
  });

  it('knows who is signed in, at another application too', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const { tokens } = await suite.signIn(browser, address);
    const started = await suite.begin(browser, { clientId: 'neighbour' });
    const other = await suite.finish(browser, started, 'neighbour');
    expect(other.tokens.claims()?.sub).to.equal(tokens.claims()?.sub);
    expect(other.tokens.claims()?.auth_time).to.equal(tokens.claims()?.auth_time);
  });

  it('refreshes, and forgets what is revoked at once', async () => {
    const party = await suite.party();
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    const second = await party.refresh(String(tokens.refresh_token));
    const third = await party.refresh(String(second.refresh_token));
    expect((await party.introspect(third.access_token)).active).to.equal(true);
    await party.revoke(String(third.refresh_token));
    for (const token of [third.access_token, second.access_token, String(third.refresh_token)]) {
      expect((await party.introspect(token)).active).to.equal(false);
    }
    const { body } = await party.token({
      grant_type: 'refresh_token',
      refresh_token: String(third.refresh_token),
    });
    expect(body.error).to.equal('invalid_grant');
  });

  it('signs out everywhere at once', async () => {
    const browser = suite.browser();
    const { tokens } = await suite.signIn(browser, suite.address());
    const party = await suite.party();
    const home = `${suite.server.application}/`;
    await browser.get(party.logoutUrl(tokens.id_token, home, 'bye'));
    await browser.click('logout-confirm');
    expect(parametersOf(browser.landedAt())).to.deep.equal({ state: 'bye' });
    for (let node = 0; node < 3; node += 1) {
      await suite.begin(browser);
      expect(browser.page.has('identifier')).to.equal(true);
    }
  });

  it('is over for all after a quarter of an hour, with the way back to the application', async () => {
    const time = suite.freeze();
    const browser = suite.browser();
    const { state } = await suite.begin(browser);
    const code = await suite.askForCode(browser, suite.address());
    time.advance(901_000);
    for (const page of [await enterCode(browser, code), await browser.reload()]) {
      expect(page.status).to.equal(400);
      expect(parametersOf(page.href('expired-return'))).to.include({ state, error: 'access_denied' });
    }
  });
});
