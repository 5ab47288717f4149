import { expect } from 'chai';
import { accountWith, addIdentifier, askToAdd, identifiersOf, openAccount } from '../support/account.ts';
import { shotOf, visitOf } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { useServer } from '../support/journey.ts';
import { send, type WireRequest } from '../support/wire.ts';

const EVIL = 'https://evil.example/';

describe('safety: only its owner changes an account (R-57)', function () {
  this.timeout(20_000);
  const suite = useServer();

  /** Somebody with two addresses, every form of their account open, and what each of them would send. */
  async function everyForm(browser: Browser, address: string): Promise<WireRequest[]> {
    const [second, third] = [suite.address(), suite.address()];
    await suite.signIn(suite.browser(), address);
    await openAccount(suite, browser, address);
    await addIdentifier(suite, browser, second);
    const shots = [shotOf(browser, 'primary-1')];
    await browser.click('remove-1');
    shots.push(shotOf(browser, 'remove-confirm'));
    await browser.get('/account/sessions');
    shots.push(shotOf(browser, 'session-end-1'), shotOf(browser, 'sessions-end-others'));
    await browser.get('/account/delete');
    shots.push(shotOf(browser, 'delete-confirm', { sure: 'yes' }));
    await browser.get('/account');
    await browser.click('account-add');
    shots.push(shotOf(browser, 'identifier-submit', { identifier: suite.address() }));
    await browser.get('/account');
    const code = await askToAdd(suite, browser, third);
    shots.push(shotOf(browser, 'code-submit', { code }), shotOf(browser, 'code-resend'), shotOf(browser, 'cancel'));
    return shots;
  }

  it('a page of somebody else changes nothing, with or without a token of its own', async () => {
    const [victim, attacker, address] = [suite.browser(), suite.browser(), suite.address()];
    const shots = await everyForm(victim, address);
    await openAccount(suite, attacker, suite.address());
    await attacker.click('account-add');
    const stolen = attacker.page.formAt('identifier-submit').form.controls.find(({ name }) => name === 'csrf')?.value;
    const before = await accountWith(suite, address);
    for (const shot of shots) {
      const fields = Object.fromEntries(new URLSearchParams(shot.body ?? ''));
      const { csrf: _own, ...bare } = fields;
      for (const body of [fields, bare, { ...bare, csrf: stolen ?? '' }]) {
        const page = await victim.tab().postFrom(EVIL, shot.url, body);
        // Without the cookie, which browsers hold back from such a post, it is a visit like any other.
        const shown = page.hops.at(-1)?.method === 'GET' || page.status === 403;
        expect(shown, `${shot.url.pathname} ${page.status}`).to.equal(true);
      }
      const sameSite = await send({ ...shot, body: new URLSearchParams({ ...bare, csrf: stolen ?? '' }).toString() });
      expect(sameSite.status, shot.url.pathname).to.equal(403);
      const crossSite = await send({ ...shot, headers: { ...shot.headers, 'sec-fetch-site': 'cross-site' } });
      expect(crossSite.status, shot.url.pathname).to.equal(403);
    }
    expect(await accountWith(suite, address)).to.deep.equal(before);
    await victim.get('/account/sessions');
    expect(victim.page.has('session-end-1'), 'the other sign-in is still there').to.equal(true);
  });

  it('nobody without a session gets further than the sign-in page, whatever they open or send', async () => {
    const [victim, address] = [suite.browser(), suite.address()];
    const shots = await everyForm(victim, address);
    const before = await accountWith(suite, address);
    for (const shot of shots) {
      const { cookie: _none, ...headers } = shot.headers;
      const answer = await send({ ...shot, headers });
      expect(answer.status).to.equal(303);
      expect(String(answer.headers.location)).to.match(/^\/auth\?/);
    }
    for (const path of ['', '/add', '/sessions', '/delete', '/proof/x', '/identifiers/x/remove']) {
      const answer = await send({
        method: 'GET',
        url: new URL(`/account${path}`, suite.server.issuer),
        headers: {},
        body: null,
      });
      expect(String(answer.headers.location), path).to.match(/^\/auth\?/);
    }
    expect(await accountWith(suite, address)).to.deep.equal(before);
  });

  it('a code that another account waits for is not found, whoever asks for it', async () => {
    const [victim, attacker, other] = [suite.browser(), suite.browser(), suite.address()];
    await openAccount(suite, victim, suite.address());
    const code = await askToAdd(suite, victim, other);
    const path = victim.page.url.pathname;
    const own = suite.address();
    await openAccount(suite, attacker, own);
    await attacker.get(path);
    expect(attacker.page.status).to.equal(404);
    await attacker.get('/account/add');
    const { csrf = '' } = Object.fromEntries(new URLSearchParams(shotOf(attacker, 'identifier-submit').body ?? ''));
    for (const action of ['', '/resend', '/cancel']) {
      const url = new URL(path + action, suite.server.issuer);
      const shot = { ...shotOf(attacker, 'identifier-submit'), url };
      const answer = await send({ ...shot, body: new URLSearchParams({ csrf, code }).toString() });
      expect(answer.status, action).to.equal(404);
    }
    expect(identifiersOf(await accountWith(suite, own))).to.deep.equal([own]);
    await victim.submit('code-submit', { code });
    expect(victim.page.textOf('done')).to.contain('Added');
  });

  it('a code of a sign-in adds nothing, and a code for adding signs nobody in (R-06)', async () => {
    const [browser, address, other] = [suite.browser(), suite.address(), suite.address()];
    await openAccount(suite, browser, address);
    await askToAdd(suite, browser, other);
    const stranger = suite.browser();
    await suite.begin(stranger);
    const signIn = await suite.askForCode(stranger, other);
    await browser.submit('code-submit', { code: signIn });
    expect(browser.page.status).to.equal(422);
    const [challenge] = [browser.page.url.pathname.split('/').pop() ?? ''];
    expect((await suite.server.server.store.challenges.find(challenge))?.state).to.equal('open');
  });

  it('another account’s identifier and session are nobody else’s to name', async () => {
    const [victim, attacker, address] = [suite.browser(), suite.browser(), suite.address()];
    const shots = await everyForm(victim, address);
    await openAccount(suite, attacker, suite.address());
    await addIdentifier(suite, attacker, suite.address());
    const { csrf = '' } = Object.fromEntries(new URLSearchParams(shotOf(attacker, 'primary-1').body ?? ''));
    const before = await accountWith(suite, address);
    for (const shot of shots.slice(0, 3)) {
      const { headers } = visitOf(attacker, shot.url);
      const answer = await send({
        ...shot,
        headers: { ...shot.headers, ...headers },
        body: new URLSearchParams({ csrf }).toString(),
      });
      expect(answer.status, shot.url.pathname).to.equal(303);
    }
    expect(await accountWith(suite, address)).to.deep.equal(before);
    await victim.get('/account/sessions');
    expect(victim.page.has('session-end-1')).to.equal(true);
  });

  it('the way back leads to the account and nowhere else, whatever comes along', async () => {
    const browser = suite.browser();
    await openAccount(suite, browser, suite.address());
    const forged = ['https://evil.example/', '//evil.example/', '/session/end', '..', 'x'.repeat(3000), ''];
    for (const state of forged) {
      for (const rest of ['', '&error=access_denied', '&code=x']) {
        await browser.get(`/account/signed-in?state=${encodeURIComponent(state)}${rest}`);
        expect(browser.page.url.pathname).to.equal('/account');
      }
    }
    await browser.get('/account/signed-in?state=a&state=b');
    expect(browser.page.url.pathname).to.equal('/account');
  });

  it('pages are kept nowhere, framed by nobody, and run nothing of anybody else', async () => {
    const browser = suite.browser();
    await openAccount(suite, browser, suite.address());
    for (const path of ['', '/add', '/sessions', '/delete']) {
      await browser.get(`/account${path}`);
      expect(browser.page.headers.get('cache-control')).to.equal('no-store');
      const policy = browser.page.headers.get('content-security-policy') ?? '';
      expect(policy).to.contain("default-src 'none'").and.contain("frame-ancestors 'none'");
      expect(policy).to.match(/form-action 'self'$/);
      expect(browser.page.html).to.not.match(/<script(?![^>]*src=)|\son\w+=|style=/);
    }
  });
});
