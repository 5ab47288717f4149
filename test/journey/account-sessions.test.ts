import { expect } from 'chai';
import { openAccount } from '../support/account.ts';
import { type Browser, createBrowser } from '../support/browser.ts';
import { type Suite, useServer } from '../support/journey.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1';
const OFFLINE = { parameters: { scope: 'openid email offline_access', prompt: 'consent' } };

/** Whether a browser is still signed in, by the page of its account. */
async function isSignedIn(suite: Suite, browser: Browser): Promise<boolean> {
  await browser.get(`${suite.server.issuer}/account`);
  return browser.page.url.pathname === '/account';
}

describe('journey: where somebody is signed in', function () {
  this.timeout(20_000);
  const suite = useServer();

  it('is listed with browser, network, application and time; this browser first', async () => {
    const time = suite.freeze();
    const address = suite.address();
    await suite.signIn(suite.browser({ userAgent: IPHONE, ip: '2001:db8:1:2:3::4' }), address);
    time.advance(60_000);
    const here = suite.browser({ userAgent: FIREFOX, ip: '192.0.2.7' });
    await openAccount(suite, here, address);
    time.advance(60_000);
    await suite.signIn(suite.browser(), address);
    await here.click('account-sessions');
    const [first = '', ...others] = here.page.textOf('sessions').split('Signed in ').slice(0, -1);
    expect(first).to.contain('Firefox on Linux').and.contain('This browser');
    expect(others.join(' ')).to.contain('Safari on iPhone');
    expect(here.page.textOf('sessions')).to.contain('From 192.0.2.7').and.contain('From 2001:db8:1:2::/64');
    expect(here.page.textOf('sessions')).to.contain('At Demo').and.contain('At Countersign');
    expect(here.page.has('session-end-0'), 'this browser').to.equal(false);
    expect(here.page.has('session-end-2')).to.equal(true);
  });

  it('can be ended one by one, with what the applications got in it', async () => {
    const [lost, here, address, party] = [suite.browser(), suite.browser(), suite.address(), await suite.party()];
    const { tokens } = await suite.signIn(lost, address, OFFLINE);
    const kept = (await suite.signIn(here, address, OFFLINE)).tokens;
    await openAccount(suite, here, address, '/account/sessions');
    await here.click('session-end-1');
    expect(here.page.textOf('done')).to.contain('signed out');
    expect(here.page.has('session-end-1')).to.equal(false);
    expect(await isSignedIn(suite, lost)).to.equal(false);
    expect(await party.introspect(tokens.access_token)).to.deep.equal({ active: false });
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    expect(refreshed.body.error).to.equal('invalid_grant');
    expect((await party.introspect(kept.access_token)).active).to.equal(true);
    expect(await isSignedIn(suite, here)).to.equal(true);
    const [event] = await suite.events({ type: 'session.ended' });
    expect(event).to.include({ accountId: tokens.claims()?.sub, reason: 'one session' });
  });

  it('can be ended everywhere else at once, also for what outlived its session (offline access)', async () => {
    const [address, party] = [suite.address(), await suite.party()];
    const [left, other, here] = [suite.browser(), suite.browser(), suite.browser()];
    const forGood = (await suite.signIn(left, address, OFFLINE)).tokens;
    await left.get(`${suite.server.issuer}/session/end`);
    await left.click('logout-confirm');
    expect((await party.introspect(forGood.access_token)).active, 'outlives the logout').to.equal(true);
    await suite.signIn(other, address);
    await openAccount(suite, here, address, '/account/sessions');
    await here.click('sessions-end-others');
    expect(here.page.textOf('done')).to.contain('everywhere else');
    expect(here.page.has('sessions-end-others')).to.equal(false);
    expect(await isSignedIn(suite, other)).to.equal(false);
    expect(await party.introspect(forGood.access_token)).to.deep.equal({ active: false });
    expect(await isSignedIn(suite, here)).to.equal(true);
  });

  it('counts one browser once, however often it signs in or changes its session’s id', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    await suite.signIn(browser, address, { parameters: { prompt: 'login' } });
    await suite.signIn(browser, address, { clientId: 'demo-third-party' });
    expect((await openAccount(suite, browser, address)).text).to.contain('on 1 browser');
  });

  it('forgets what has logged out and what has expired', async () => {
    const time = suite.freeze();
    const [address, old, left, here] = [suite.address(), suite.browser(), suite.browser(), suite.browser()];
    await suite.signIn(old, address);
    time.advance(suite.server.config.session.lifetimeSeconds * 1000);
    await suite.signIn(left, address);
    await left.get(`${suite.server.issuer}/session/end`);
    await left.click('logout-confirm');
    expect((await openAccount(suite, here, address)).text).to.contain('on 1 browser');
  });

  it('shows nothing a header made up', async () => {
    const address = suite.address();
    const browser = createBrowser({ userAgent: '<img src=x onerror=alert(1)> Firefox/1', ip: '192.0.2.8' });
    await openAccount(suite, browser, address, '/account/sessions');
    expect(browser.page.textOf('sessions')).to.contain('Firefox');
    expect(browser.page.html).to.not.contain('onerror');
  });
});

describe('journey: browsers that are remembered', function () {
  this.timeout(20_000);
  const suite = useServer();

  it('are listed with their end, and can be forgotten', async () => {
    const [browser, address] = [suite.browser({ language: 'de' }), suite.address()];
    await openAccount(suite, browser, address);
    const { accounts } = suite.server.server.store;
    const account = await accounts.findByIdentifier({ channel: 'email', value: address });
    if (account === null) throw new Error('no such account');
    const device = (id: string, name: string, days: number) => ({
      id,
      name,
      createdAt: Date.now(),
      expiresAt: Date.now() + days * 86_400_000,
    });
    const devices = [device('one', 'Firefox on Linux', 30), device('two', 'Chrome on Android', -1)];
    await accounts.update({ ...account, devices });
    await browser.click('account-sessions');
    expect(browser.page.textOf('devices')).to.contain('Firefox auf Linux').and.not.contain('Chrome');
    await browser.click('device-forget-0');
    expect(browser.page.textOf('done')).to.contain('nicht mehr bekannt');
    expect(browser.page.has('devices')).to.equal(false);
    const left = (await accounts.findById(account.id))?.devices.map(({ id }) => id);
    expect(left).to.deep.equal(['two']);
  });
});
