import { expect } from 'chai';
import { challengeOf, shotOf, uidOf, waitForCode } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { send, type WireRequest, type WireResponse } from '../support/wire.ts';
import { useForgeries } from './forgeries.ts';
import { withField } from './places.ts';

const EVIL = 'https://evil.example.test/page';

describe('safety: forms that somebody else submits (R-57)', function () {
  this.timeout(20_000);
  const suite = useServer();
  const { unrefused } = useForgeries(suite);

  it('at the address: 403, and nobody gets a message', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser);
    const shot = shotOf(browser, 'identifier-submit', { identifier: address });
    expect(await unrefused(shot)).to.deep.equal([]);
    expect(await suite.server.inbox(address)).to.deep.equal([]);
    expect((await send(shot)).status).to.equal(303);
  });

  it('at the code: 403, and neither tries nor the code are spent', async () => {
    const waiting = await waitForCode(suite, suite.address());
    const { browser, code, uid } = waiting;
    for (const shot of [
      shotOf(browser, 'code-submit', { code }),
      shotOf(browser, 'code-resend'),
      shotOf(browser, 'code-change'),
      shotOf(browser, 'cancel'),
    ]) {
      expect(await unrefused(shot)).to.deep.equal([]);
    }
    expect(await challengeOf(suite, uid)).to.include({ attempts: 0, sends: 1, state: 'open' });
    await enterCode(browser, code);
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('at the consent: 403, and nothing is granted', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    await suite.begin(browser, { clientId: 'demo-third-party' });
    for (const id of ['consent-allow', 'consent-deny']) expect(await unrefused(shotOf(browser, id))).to.deep.equal([]);
    const account = await suite.server.server.store.accounts.findByIdentifier({ channel: 'email', value: address });
    expect(account?.consents).to.deep.equal([]);
  });

  it('by a foreign page in the victim’s own browser: cookies stay at home, and nothing happens', async () => {
    const waiting = await waitForCode(suite, suite.address());
    const { browser, code, uid } = waiting;
    const { url, body } = shotOf(browser, 'code-submit', { code });
    const answer = await browser.tab().postFrom(EVIL, url, Object.fromEntries(new URLSearchParams(body ?? '')));
    expect(answer.status).to.equal(403);
    expect(await challengeOf(suite, uid)).to.include({ attempts: 0, state: 'open' });
  });

  it('a stranger’s sign-in cannot be put into somebody’s browser (login CSRF)', async () => {
    const [stranger, victim] = [await waitForCode(suite, suite.address()), suite.browser()];
    const { url, body } = shotOf(stranger.browser, 'code-submit', { code: stranger.code });
    const fields = Object.fromEntries(new URLSearchParams(body ?? ''));
    expect((await victim.postFrom(EVIL, url, fields)).status).to.equal(403);
    await enterCode(stranger.browser, stranger.code);
    const uid = new URL(`/auth/${stranger.uid}`, suite.server.issuer);
    await victim.get(uid, EVIL);
    expect(victim.cookies().filter(({ name }) => name === 'session')).to.deep.equal([]);
  });

  it('an interaction without its cookie shows and changes nothing (R-55)', async () => {
    const { browser, code, uid } = await waitForCode(suite, suite.address());
    const thief = suite.browser();
    await suite.begin(thief);
    const page = await thief.get(`${suite.server.issuer}/interaction/${uid}/code`);
    expect(page.status).to.equal(400);
    expect(page.has('code')).to.equal(false);
    const { cookie: _cookie, ...headers } = shotOf(browser, 'code-submit').headers;
    expect((await send({ ...shotOf(browser, 'code-submit', { code }), headers })).status).to.equal(400);
    expect(await challengeOf(suite, uid)).to.include({ attempts: 0, state: 'open' });
    expect(Buffer.from(uid, 'base64url').length).to.be.at.least(16);
  });
});

describe('safety: a logout that somebody else asks for (R-49, R-57)', function () {
  this.timeout(20_000);
  const suite = useServer();

  /** Whether the browser is still signed in. */
  async function isSignedIn(browser: Browser): Promise<boolean> {
    const { url } = await (await suite.party()).start({ prompt: 'none' });
    await browser.tab().get(url);
    const tab = browser.tab();
    await tab.get(url);
    return tab.landedAt().searchParams.has('code');
  }

  async function atTheQuestion(): Promise<{ browser: Browser; confirm: WireRequest }> {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    await browser.get(`${suite.server.issuer}/session/end`);
    return { browser, confirm: shotOf(browser, 'logout-confirm') };
  }

  it('needs the person’s confirmation when it comes without a hint', async () => {
    const { browser } = await atTheQuestion();
    expect(await isSignedIn(browser)).to.equal(true);
  });

  it('is refused without the token of the question, and with that of somebody else’s', async () => {
    const [victim, stranger] = [await atTheQuestion(), await atTheQuestion()];
    const other = new URLSearchParams(stranger.confirm.body ?? '').get('xsrf') ?? '';
    for (const xsrf of ['', other]) {
      const answer: WireResponse = await send(withField(victim.confirm, 'xsrf', xsrf));
      expect(answer.status).to.be.within(400, 403);
    }
    expect(await isSignedIn(victim.browser)).to.equal(true);
  });

  it('is refused from a foreign page', async () => {
    const { browser, confirm } = await atTheQuestion();
    const fields = Object.fromEntries(new URLSearchParams(confirm.body ?? ''));
    const page = await browser.tab().postFrom(EVIL, confirm.url, fields);
    expect(page.status).to.be.within(400, 403);
    expect(await isSignedIn(browser)).to.equal(true);
  });

  it('goes through when the person confirms, by 303', async () => {
    const { browser, confirm } = await atTheQuestion();
    expect((await send(confirm)).status).to.equal(303);
    expect(await isSignedIn(browser)).to.equal(false);
  });
});

describe('safety: redirects after a form (R-57, RFC 9700 §4.12)', function () {
  this.timeout(20_000);
  const suite = useServer();

  it('are 303 only, over a whole journey', async () => {
    const browser = suite.browser();
    await suite.begin(browser, { clientId: 'demo-third-party' });
    const wrong = await suite.askForCode(browser, suite.address());
    await browser.click('code-change');
    const code = await suite.askForCode(browser, suite.address());
    expect(code).to.not.equal(wrong);
    await enterCode(browser, code);
    await browser.click('consent-allow');
    await browser.get(`${suite.server.issuer}/session/end`);
    await browser.submit('logout-confirm');
    await suite.begin(browser);
    await browser.click('cancel');
    const redirects = browser.history.filter(({ status }) => status >= 300 && status < 400);
    expect(redirects.length).to.be.greaterThan(8);
    expect(redirects.filter(({ status }) => status !== 303)).to.deep.equal([]);
    expect(uidOf(browser)).to.not.equal('');
  });
});
