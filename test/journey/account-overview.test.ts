import { expect } from 'chai';
import { addIdentifier, openAccount } from '../support/account.ts';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';

describe('journey: somebody looks after their account', function () {
  this.timeout(20_000);
  const suite = useServer();

  it('has to sign in for it, comes back to it, and sees what they sign in with', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await browser.get(`${suite.server.issuer}/account`);
    expect(browser.page.url.pathname).to.match(/^\/interaction\//);
    await enterCode(browser, await suite.askForCode(browser, address));
    expect(browser.page.url.pathname).to.equal('/account');
    expect(browser.page.textOf('identifiers')).to.contain(address);
    expect(browser.page.has('remove-0'), 'the only way in').to.equal(false);
    expect(browser.page.text).to.contain('on 1 browser');
  });

  it('is not asked again with the session of an application, whatever its age, to look', async () => {
    const time = suite.freeze();
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    time.advance(24 * 3600 * 1000);
    await browser.get(`${suite.server.issuer}/account`);
    expect(browser.page.textOf('identifiers')).to.contain(address);
    await browser.click('account-sessions');
    expect(browser.page.has('session-current')).to.equal(true);
  });

  it('signs in again for a change when that is more than five minutes ago, and comes back to where they were (R-32)', async () => {
    const time = suite.freeze();
    const [browser, address] = [suite.browser(), suite.address()];
    await openAccount(suite, browser, address);
    time.advance(299_000);
    await browser.click('account-add');
    expect(browser.page.url.pathname).to.equal('/account/add');
    await browser.get(`${suite.server.issuer}/account`);
    time.advance(2_000);
    await browser.click('account-add');
    expect(browser.page.url.pathname).to.match(/^\/interaction\//);
    expect(browser.page.value('identifier')).to.equal(address);
    await enterCode(browser, await suite.askForCode(browser, address));
    expect(browser.page.url.pathname).to.equal('/account/add');
  });

  it('is asked on a form that was left open, too; nothing is done until it is submitted again (R-32)', async () => {
    const time = suite.freeze();
    const [browser, address, other] = [suite.browser(), suite.address(), suite.address()];
    await openAccount(suite, browser, address);
    await addIdentifier(suite, browser, other);
    await browser.click('primary-1');
    expect(browser.page.textOf('done')).to.contain('primary');
    time.advance(301_000);
    await browser.click('primary-0');
    expect(browser.page.url.pathname).to.match(/^\/interaction\//);
    await enterCode(browser, await suite.askForCode(browser, address));
    expect(browser.page.url.pathname).to.equal('/account');
    expect(browser.page.has('primary-0'), 'still the second one').to.equal(true);
  });

  it('may call off the sign-in: who is still signed in sees the account, who is not the front page', async () => {
    const time = suite.freeze();
    const [browser, stranger] = [suite.browser(), suite.browser()];
    await openAccount(suite, browser, suite.address());
    time.advance(301_000);
    await browser.click('account-add');
    await browser.click('cancel');
    expect(browser.page.url.pathname).to.equal('/account');
    await stranger.get(`${suite.server.issuer}/account`);
    await stranger.click('cancel');
    expect(stranger.page.url.pathname).to.equal('/');
  });

  it('signs out, and has to sign in to come back', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await openAccount(suite, browser, address);
    await browser.click('account-sign-out');
    await browser.click('logout-confirm');
    await browser.get(`${suite.server.issuer}/account`);
    expect(browser.page.url.pathname).to.match(/^\/interaction\//);
  });

  it('is told in their own language', async () => {
    const browser = suite.browser({ language: 'de' });
    await openAccount(suite, browser, suite.address());
    expect(browser.page.title).to.contain('Ihr Konto');
  });

  it('comes by way of an ordinary request whose code nobody can exchange', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await openAccount(suite, browser, address);
    const back = browser.history.find(({ url }) => url.pathname === '/account/signed-in');
    const { code = '' } = parametersOf(back?.url ?? new URL(suite.server.issuer));
    expect(code).to.not.equal('');
    const answer = await fetch(`${suite.server.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'countersign-account',
        redirect_uri: `${suite.server.issuer}/account/signed-in`,
        code,
        code_verifier: 'x'.repeat(43),
      }),
    });
    expect(answer.status).to.equal(400);
  });
});
