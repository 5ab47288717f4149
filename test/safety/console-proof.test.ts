import { expect } from 'chai';
import { accountWith, addIdentifier, identifiersOf, openAccount } from '../support/account.ts';
import { createBackendSuite } from '../support/backend.ts';
import type { Browser } from '../support/browser.ts';
import { invited, isAskedWho, openConsole } from '../support/console.ts';
import { createHosted } from '../support/hosted.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { codeAfter, TWO } from '../support/second-factor.ts';

describe('safety: the proof that opens the console', function () {
  this.timeout(30_000);
  const suite = useServer();
  const hosted = createHosted(suite);
  const owner = async (): Promise<string> => (await invited(suite, 'owner', suite.address('owner'))).email;
  const cameBack = (state: string | null) =>
    `${suite.server.issuer}/admin/signed-in?state=${encodeURIComponent(state ?? '')}`;

  /** A browser that was sent to sign in for the console, and by what. */
  async function asked(): Promise<{ readonly browser: Browser; readonly request: URL; readonly back: string }> {
    const browser = suite.browser();
    await browser.get(`${suite.server.issuer}/admin`);
    const request = browser.history.find(({ url }) => url.pathname === '/auth')?.url;
    if (request === undefined) throw new Error('was not asked');
    return { browser, request, back: cameBack(request.searchParams.get('state')) };
  }

  // Bug: any session that was younger than the question opened the console. A backend that draws its own form knows the
  // codes of its people, so that it could have carried the proof of an administrator into a browser of its own.
  it('is none that an application has got over the API', async () => {
    const address = await owner();
    const { browser, back } = await asked();
    const landed = await hosted.open(await hosted.prove(address), browser);
    expect(landed?.searchParams.has('code')).to.equal(true);
    await browser.get(back);
    expect(isAskedWho(browser)).to.equal(true);
    expect((await openConsole(suite, browser, address)).url.pathname).to.equal('/admin');
  });

  it('is none that was made for another application while the console has waited', async () => {
    const address = await owner();
    const { browser, back } = await asked();
    await suite.signIn(browser.tab(), address);
    await browser.get(back);
    expect(isAskedWho(browser)).to.equal(true);
  });

  it('is not left out by who leaves the question out', async () => {
    const address = await owner();
    const { browser, request, back } = await asked();
    const landed = await hosted.open(await hosted.prove(address), browser);
    expect(landed?.searchParams.has('code')).to.equal(true);
    request.searchParams.delete('prompt');
    await browser.get(request);
    expect(isAskedWho(browser)).to.equal(true);
    await browser.get(back);
    expect(isAskedWho(browser)).to.equal(true);
  });

  it('is not that of another application, by whatever a sign-in for the console was begun with', async () => {
    const address = await owner();
    const { browser, request, back } = await asked();
    request.searchParams.delete('prompt');
    await browser.get(request);
    const waiting = browser.page.url;
    await suite.signIn(browser.tab(), address);
    await browser.get(waiting);
    expect(isAskedWho(browser)).to.equal(true);
    await browser.get(back);
    expect(isAskedWho(browser)).to.equal(true);
  });

  // Bug: the same proof was good for changes of the account, so that it could get an address by which to come in later.
  it('is none of an address that an application has put into the account', async () => {
    const address = await owner();
    const browser = suite.browser();
    await hosted.open(await hosted.prove(address), browser);
    await browser.get(`${suite.server.issuer}/account`);
    await browser.click('account-add');
    expect(isAskedWho(browser)).to.equal(true);
    expect(identifiersOf(await accountWith(suite, address))).to.deep.equal([address]);
    await enterCode(browser, await suite.askForCode(browser, address));
    const other = suite.address('other');
    await enterCode(browser, await suite.askForCode(browser, other));
    expect(identifiersOf(await accountWith(suite, address))).to.deep.equal([address, other]);
  });

  it('is no code that an application was handed: it proves no address, and is good at no page', async () => {
    const address = await owner();
    const api = createBackendSuite(suite);
    const { body, text } = await api.send(address, { channel: 'direct' });
    const code = String(body.code);
    expect(code, text).to.match(/^\d{6}$/);
    expect((await hosted.validate(address, code)).status).to.be.within(400, 499);
    const { browser, back } = await asked();
    await suite.askForCode(browser, address);
    await enterCode(browser, code);
    expect(browser.page.has('code')).to.equal(true);
    const again = await api.send(address, { channel: 'direct' });
    const signedIn = await api.authenticate(address, String(again.body.code));
    expect(signedIn.status, signedIn.text).to.equal(200);
    expect((await accountWith(suite, address)).identifiers[0]?.verifiedAt).to.equal(null);
    await browser.get(back);
    expect(isAskedWho(browser)).to.equal(true);
  });

  it('is of both factors here: none is left out for one that another application has got', async () => {
    const address = await owner();
    const [own, number] = [suite.browser(), suite.number()];
    await openAccount(suite, own, address);
    await addIdentifier(suite, own, number);
    const { browser, request, back } = await asked();
    await hosted.open(await hosted.prove(address), browser);
    request.searchParams.delete('prompt');
    request.searchParams.set('acr_values', TWO);
    request.searchParams.set('max_age', '300');
    await browser.get(request);
    await enterCode(browser, await codeAfter(suite, number, () => browser.click('factor-submit')));
    expect(isAskedWho(browser)).to.equal(true);
    await browser.get(back);
    expect(isAskedWho(browser)).to.equal(true);
  });

  it('is made anew in a session that another application has begun', async () => {
    const address = await owner();
    const browser = suite.browser();
    await suite.signIn(browser, address);
    const page = await openConsole(suite, browser, address);
    expect([page.status, page.url.pathname]).to.deep.equal([200, '/admin']);
  });
});
