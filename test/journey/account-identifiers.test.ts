import { expect } from 'chai';
import { accountWith, addIdentifier, askToAdd, identifiersOf, noticesTo, openAccount } from '../support/account.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';

describe('journey: what somebody signs in with', function () {
  this.timeout(20_000);
  const suite = useServer();

  it('is an address or a number more once its code was entered; both sign in to the same account (R-31, R-34)', async () => {
    const [browser, address, other, number] = [suite.browser(), suite.address(), suite.address(), suite.number()];
    await openAccount(suite, browser, address);
    const { id } = await accountWith(suite, address);
    await addIdentifier(suite, browser, other);
    expect(browser.page.url.pathname).to.equal('/account');
    expect(browser.page.textOf('done')).to.contain('Added');
    await addIdentifier(suite, browser, number);
    expect(identifiersOf(await accountWith(suite, address))).to.deep.equal([address, other, number]);
    for (const identifier of [other, number]) {
      const { tokens } = await suite.signIn(suite.browser(), identifier);
      expect(tokens.claims()?.sub).to.equal(id);
    }
  });

  it('is verified for applications only by proof: what waits for its code is told nobody (R-31)', async () => {
    const [browser, address, number] = [suite.browser(), suite.address(), suite.number()];
    const scope = { parameters: { scope: 'openid email phone' } };
    await openAccount(suite, browser, address);
    const code = await askToAdd(suite, browser, number);
    const before = (await suite.signIn(browser.tab(), address, scope)).tokens.claims();
    expect(before).to.include({ email: address, email_verified: true });
    expect(before).to.not.have.any.keys('phone_number', 'phone_number_verified');
    await enterCode(browser, code);
    const after = (await suite.signIn(browser.tab(), address, scope)).tokens.claims();
    expect(after).to.include({ phone_number: number, phone_number_verified: true, sub: before?.sub });
  });

  it('is told to the identifiers that have no part in a change (R-32)', async () => {
    const [browser, address, other] = [suite.browser(), suite.address('grace'), suite.address('hopper')];
    await openAccount(suite, browser, address);
    await addIdentifier(suite, browser, other);
    expect((await noticesTo(suite, address))[0]).to.contain('h•••@e•••.org was added');
    await browser.click('primary-1');
    expect((await noticesTo(suite, address, 2))[0]).to.contain('h•••@e•••.org is now the primary contact');
    await browser.click('remove-0');
    expect(browser.page.text).to.contain(address);
    await browser.click('remove-confirm');
    expect((await noticesTo(suite, address, 3))[0]).to.contain('g•••@e•••.org was removed');
    expect((await noticesTo(suite, other))[0]).to.contain('g•••@e•••.org was removed');
  });

  it('can be replaced altogether: the account stays what it was, and the old address is a stranger’s (R-34)', async () => {
    const [browser, address, other] = [suite.browser(), suite.address(), suite.address()];
    const { tokens } = await suite.signIn(browser, address);
    await openAccount(suite, browser, address);
    await addIdentifier(suite, browser, other);
    await browser.click('remove-0');
    await browser.click('remove-confirm');
    expect(browser.page.textOf('done')).to.contain('Removed');
    expect(browser.page.has('remove-0'), 'the last one').to.equal(false);
    const again = await suite.signIn(suite.browser(), other, { parameters: { scope: 'openid email' } });
    expect(again.tokens.claims()).to.include({ sub: tokens.claims()?.sub, email: other });
    const stranger = await suite.signIn(suite.browser(), address);
    expect(stranger.tokens.claims()?.sub).to.not.equal(tokens.claims()?.sub);
  });

  it('is told applications by the primary one of its channel', async () => {
    const [browser, address, other] = [suite.browser(), suite.address(), suite.address()];
    const scope = { parameters: { scope: 'openid email' } };
    await openAccount(suite, browser, address);
    await addIdentifier(suite, browser, other);
    expect((await suite.signIn(browser.tab(), address, scope)).tokens.claims()?.email).to.equal(address);
    await browser.click('primary-1');
    expect((await suite.signIn(browser.tab(), address, scope)).tokens.claims()?.email).to.equal(other);
  });

  it('says what is no address, and what is theirs already, on the page it was typed on', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await openAccount(suite, browser, address);
    await browser.click('account-add');
    await browser.submit('identifier-submit', { identifier: 'nobody@' });
    expect(browser.page.status).to.equal(422);
    expect(browser.page.value('identifier')).to.equal('nobody@');
    await browser.submit('identifier-submit', { identifier: address.toUpperCase() });
    expect(browser.page.status).to.equal(422);
    expect(browser.page.alert).to.contain('already');
  });

  it('counts wrong codes, sends the same one again, and can be called off', async () => {
    const time = suite.freeze();
    const [browser, address, other] = [suite.browser(), suite.address(), suite.address()];
    await openAccount(suite, browser, address);
    const code = await askToAdd(suite, browser, other);
    await enterCode(browser, wrongCode(code));
    expect(browser.page.status).to.equal(422);
    expect(browser.page.alert).to.contain('4 tries left');
    time.advance(61_000);
    await browser.click('code-resend');
    expect(browser.page.textOf('resent')).to.contain('again');
    expect(await suite.server.code(other, 2)).to.equal(code);
    await browser.click('cancel');
    expect(browser.page.url.pathname).to.equal('/account');
    await browser.back();
    expect(browser.page.has('code'), 'its code is dead').to.equal(false);
    expect(identifiersOf(await accountWith(suite, address))).to.deep.equal([address]);
  });

  it('gets a new code when the old one has expired', async () => {
    const time = suite.freeze();
    const [browser, address, other] = [suite.browser(), suite.address(), suite.address()];
    await openAccount(suite, browser, address);
    const code = await askToAdd(suite, browser, other);
    time.advance(301_000);
    await enterCode(browser, code);
    expect(browser.page.status).to.equal(422);
    expect(browser.page.has('code')).to.equal(false);
    await browser.click('code-resend');
    await enterCode(browser, await suite.server.code(other, 2));
    expect(identifiersOf(await accountWith(suite, address))).to.deep.equal([address, other]);
  });

  it('survives a reload, Back and a second click', async () => {
    const [browser, address, other] = [suite.browser(), suite.address(), suite.address()];
    await openAccount(suite, browser, address);
    const code = await askToAdd(suite, browser, other);
    await browser.reload();
    expect(browser.page.has('code')).to.equal(true);
    const second = browser.tab();
    await second.get(browser.page.url);
    await enterCode(browser, code);
    await enterCode(second, code);
    expect(second.page.url.pathname).to.equal('/account');
    await second.get(second.history.find(({ url }) => url.pathname.startsWith('/account/proof/'))?.url ?? '/');
    expect(second.page.url.pathname).to.equal('/account');
    expect(identifiersOf(await accountWith(suite, address))).to.deep.equal([address, other]);
  });

  it('leaves a trace of each change', async () => {
    const [browser, address, other] = [suite.browser(), suite.address(), suite.address()];
    await openAccount(suite, browser, address);
    const { id: accountId } = await accountWith(suite, address);
    await addIdentifier(suite, browser, other);
    await browser.click('primary-1');
    await browser.click('remove-0');
    await browser.click('remove-confirm');
    for (const type of ['identifier.added', 'identifier.primary_changed', 'identifier.removed']) {
      const [event] = await suite.events({ type, accountId });
      expect(event).to.include({ accountId, clientId: 'countersign-account' });
      expect(event?.identifier).to.match(/•••@e•••\.org$/);
    }
  });
});

describe('journey: an account where there are only addresses', function () {
  this.timeout(20_000);
  const suite = useServer({ settings: { sms: { countries: [] } } });

  it('takes no numbers', async () => {
    const browser = suite.browser();
    await openAccount(suite, browser, suite.address());
    await browser.click('account-add');
    expect(browser.page.has('country')).to.equal(false);
    await browser.submit('identifier-submit', { identifier: '+4915112345678' });
    expect(browser.page.status).to.equal(422);
  });
});
