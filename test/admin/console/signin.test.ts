import { expect } from 'chai';
import { addIdentifier, openAccount } from '../../support/account.ts';
import { ADMIN_KEY, createAdministrator, withAdmin } from '../../support/admin.ts';
import type { createBrowser } from '../../support/browser.ts';
import { invited, isAskedWho, OWNER, openConsole, signInAs, signInAsOwner, withOwner } from '../../support/console.ts';
import { enterCode, readableText, type Suite, useServer } from '../../support/journey.ts';
import { codeAfter } from '../../support/second-factor.ts';
import { send } from '../../support/wire.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const PLACE = '/admin/administrators';

const consoleCookie = (browser: ReturnType<typeof createBrowser>) =>
  browser.cookies().find(({ name }) => name.endsWith('console'));

describe('console: the way in', () => {
  const suite = useServer({ env: { ...withAdmin, ...withOwner, SIGN_UP: 'closed' } });
  const admin = createAdministrator(suite);

  it('leads an owner of the configuration through our own sign-in, although sign-up is closed', async () => {
    const browser = suite.browser();
    await browser.get(`${suite.server.issuer}${PLACE}`);
    expect(isAskedWho(browser)).to.equal(true);
    const page = await openConsole(suite, browser, OWNER, PLACE);
    expect([page.status, page.url.pathname]).to.deep.equal([200, PLACE]);
    const cookie = consoleCookie(browser);
    expect(cookie).to.include({ httpOnly: true, sameSite: 'lax', path: '/', expiresAt: null });
    expect(JSON.stringify(cookie)).to.not.include(OWNER);
  });

  it('has a page of its own for what is not there', async () => {
    const browser = await signInAsOwner(suite, '/admin/nowhere');
    expect(browser.page.status).to.equal(404);
    expect(browser.page.text).to.include('There is nothing at this address').and.to.include(OWNER);
  });

  it('wants a fresh proof: a session of another application opens nothing, whatever its age', async () => {
    const { email } = await invited(suite, 'viewer');
    for (const age of [0, HOUR]) {
      const time = suite.freeze();
      const browser = suite.browser();
      await suite.signIn(browser, email);
      time.advance(age);
      await browser.get(`${suite.server.issuer}/admin`);
      expect(isAskedWho(browser)).to.equal(true);
      const { state } = Object.fromEntries(
        browser.history.find(({ url }) => url.pathname === '/auth')?.url.searchParams ?? [],
      );
      await browser.get(`/admin/signed-in?state=${state}&code=anything`);
      expect(browser.page.url.pathname).to.match(/^\/interaction\//);
      expect((await openConsole(suite, browser, email)).url.pathname).to.equal('/admin');
      time.restore();
    }
  });

  it('wants both factors of whoever has two', async () => {
    const { email } = await invited(suite, 'viewer');
    const browser = suite.browser();
    const number = suite.number();
    await openAccount(suite, browser, email);
    await addIdentifier(suite, browser, number);
    const other = suite.browser();
    await other.get(`${suite.server.issuer}/admin/nowhere`);
    const code = await suite.askForCode(other, email);
    await enterCode(other, code);
    const second = await codeAfter(suite, number, () => other.click('factor-submit'));
    expect(other.page.url.pathname).to.match(/^\/interaction\/.*\/code$/);
    expect((await other.clone().get(`${suite.server.issuer}/admin/nowhere`)).url.pathname).to.match(/^\/interaction\//);
    await enterCode(other, second);
    expect([other.page.status, other.page.url.pathname]).to.deep.equal([404, '/admin/nowhere']);
  });

  it('tells somebody who is no administrator so, neutrally, with a way out', async () => {
    const stranger = suite.address();
    expect((await admin.call('POST', '/accounts', { body: { email: stranger } })).status).to.equal(201);
    const browser = suite.browser();
    const page = await openConsole(suite, browser, stranger);
    expect(page.status).to.equal(403);
    expect(readableText(page)).to.include('Not for this account').and.to.not.include(OWNER);
    const [event] = await suite.events({ type: 'administrator.refused' });
    expect(event?.reason).to.equal('no administrator');
    await browser.click('console-sign-in');
    expect(isAskedWho(browser)).to.equal(true);
    await enterCode(browser, await suite.askForCode(browser, OWNER));
    await browser.click('proceed-submit');
    expect(browser.page.text).to.include(OWNER);
  });

  it('makes nobody an account', async () => {
    const nobody = suite.address('nobody');
    const browser = suite.browser();
    await browser.get(`${suite.server.issuer}/admin`);
    await browser.submit('identifier-submit', { identifier: nobody });
    await suite.delivered();
    expect(await suite.server.inbox(nobody)).to.deep.equal([]);
  });

  it('leads back only to a path that this server has sealed for this browser', async () => {
    const [one, other] = [suite.browser(), suite.browser()];
    await one.get(`${suite.server.issuer}${PLACE}`);
    const state = one.history.find(({ url }) => url.pathname === '/auth')?.url.searchParams.get('state') ?? '';
    await openConsole(suite, other, OWNER, '/admin/nowhere');
    for (const bad of [state, 'https://evil.example', '']) {
      await other.get(`${suite.server.issuer}/admin/signed-in?state=${encodeURIComponent(bad)}`);
      expect(other.page.url.origin).to.equal(suite.server.issuer);
      expect(other.page.url.pathname).to.match(/^\/interaction\//);
    }
  });

  it('can be called off', async () => {
    const browser = suite.browser();
    await browser.get(`${suite.server.issuer}/admin`);
    await browser.click('cancel');
    expect(browser.page.text).to.include('The sign-in was called off.');
    expect((await browser.clone().get(`${suite.server.issuer}/admin/nowhere`)).url.pathname).to.match(
      /^\/interaction\//,
    );
  });
});

describe('console: how long it is open', () => {
  const suite = useServer({ env: { ...withAdmin, ...withOwner, ADMIN_SESSION_HOURS: '2' } });
  const admin = createAdministrator(suite);
  const isOpen = async (browser: ReturnType<typeof createBrowser>) =>
    (await browser.get(`${suite.server.issuer}/admin/nowhere`)).status === 404;

  it('is as long as somebody is there, and not longer than its hours', async () => {
    const time = suite.freeze();
    const browser = await signInAsOwner(suite);
    for (let minutes = 0; minutes < 116; minutes += 29) {
      time.advance(29 * MINUTE);
      expect(await isOpen(browser)).to.equal(minutes + 29 < 120);
    }
    time.advance(5 * MINUTE);
    expect(await isOpen(browser)).to.equal(false);
  });

  it('is half an hour without a request', async () => {
    const time = suite.freeze();
    const browser = await signInAsOwner(suite);
    time.advance(31 * MINUTE);
    expect(await isOpen(browser)).to.equal(false);
    expect(isAskedWho(browser)).to.equal(true);
  });

  it('ends with its sign-out, and what was copied of it is worth nothing then', async () => {
    const browser = await signInAsOwner(suite, '/admin/nowhere');
    const copy = browser.clone();
    expect(await isOpen(copy)).to.equal(true);
    const csrf = browser.page.forms.find(({ action }) => action.endsWith('/admin/sign-out'));
    expect(csrf).to.not.equal(undefined);
    await signOut(browser);
    expect(browser.page.url.pathname).to.equal('/admin/signed-out');
    expect(await isOpen(copy)).to.equal(false);
    expect(await isOpen(browser)).to.equal(false);
  });

  for (const [how, end] of [
    ['its sign-ins are ended', (id: string) => admin.call('DELETE', `/accounts/${id}/sessions`)],
    ['it is disabled', (id: string) => admin.call('POST', `/accounts/${id}/disable`)],
    ['it is deleted', (id: string) => admin.call('DELETE', `/accounts/${id}`)],
  ] as const) {
    it(`ends for an account when ${how}`, async () => {
      const { browser, address } = await signInAs(suite, 'owner', PLACE);
      expect(browser.page.status).to.equal(200);
      const { accountId } = (await suite.server.server.store.administrators.find(address)) ?? { accountId: '' };
      expect((await end(accountId)).status).to.be.below(300);
      expect(await isOpen(browser)).to.equal(false);
    });
  }

  it('is bound to the session it began in: with the cookie alone, or with another session, it is closed', async () => {
    const browser = await signInAsOwner(suite, PLACE);
    const cookie = consoleCookie(browser);
    const alone = await send({
      method: 'GET',
      url: new URL(PLACE, suite.server.issuer),
      headers: { cookie: `${cookie?.name}=${cookie?.value}` },
      body: null,
    });
    expect(alone.status).to.equal(303);
    await suite.begin(browser, { parameters: { prompt: 'login' } });
    await enterCode(browser, await suite.askForCode(browser, suite.address()));
    await browser.click('proceed-submit');
    expect(await isOpen(browser)).to.equal(false);
  });
});

const signOut = (browser: ReturnType<typeof createBrowser>) => {
  const form = browser.page.forms.find(({ action }) => action.endsWith('/admin/sign-out'));
  const csrf = form?.controls.find(({ name }) => name === 'csrf')?.value ?? '';
  return browser.postFrom(browser.page.url, '/admin/sign-out', { csrf });
};

describe('console: its doors', () => {
  const suite = useServer({ env: { ...withAdmin, ...withOwner } });
  const at = (path: string, headers: Record<string, string>) =>
    send({ method: 'GET', url: new URL(path, suite.server.issuer), headers, body: null });

  it('open to no key of the Admin API, and to no token of a person or a client', async () => {
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    for (const bearer of [ADMIN_KEY, tokens.access_token, tokens.id_token ?? '']) {
      const answer = await at(PLACE, { authorization: `Bearer ${bearer}` });
      expect(answer.status).to.equal(303);
      expect(answer.headers.location).to.match(/^\/auth\?/);
    }
  });

  it('are none of the Admin API: its cookie opens nothing there', async () => {
    const browser = await signInAsOwner(suite);
    const answer = await browser.get(`${suite.server.issuer}/admin/api/clients`);
    expect(answer.status).to.equal(401);
    expect((await browser.get(`${suite.server.issuer}/admin/api/nowhere`)).status).to.equal(404);
    expect(browser.page.headers.get('content-type')).to.match(/json/);
  });

  it('take no form of another site, none without a token, and none with that of somebody else', async () => {
    const [browser, other] = [
      await signInAsOwner(suite, `${PLACE}/new`),
      await signInAs(suite, 'owner', `${PLACE}/new`),
    ];
    const victim = suite.address('victim');
    const fields = { email: victim, role: 'owner' };
    const tokenOf = (page: typeof browser.page) =>
      page.forms.at(-1)?.controls.find(({ name }) => name === 'csrf')?.value ?? '';
    const [own, theirs] = [tokenOf(browser.page), tokenOf(other.browser.page)];
    expect(own).to.not.equal('');
    expect(own).to.not.equal(theirs);
    await browser.postFrom('https://evil.example/', `${suite.server.issuer}${PLACE}`, { ...fields, csrf: own });
    const answers = [];
    for (const csrf of ['', theirs, `${own}x`]) {
      answers.push(
        (
          await browser
            .clone()
            .postFrom(`${suite.server.issuer}${PLACE}`, `${suite.server.issuer}${PLACE}`, { ...fields, csrf })
        ).status,
      );
    }
    expect(answers).to.deep.equal([403, 403, 403]);
    const cookies = browser
      .cookies(suite.server.issuer)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const forged = await send({
        method: 'POST',
        url: new URL(PLACE, suite.server.issuer),
        headers: { cookie: cookies, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({ ...fields, csrf: own }).toString(),
      });
      expect(forged.status).to.equal(403);
    }
    expect(await suite.server.server.store.administrators.find(victim)).to.equal(null);
  });

  it('do nothing for a role that may not, whatever is sent', async () => {
    const { browser } = await signInAs(suite, 'editor', '/admin/nowhere');
    const csrf = browser.page.forms[0]?.controls.find(({ name }) => name === 'csrf')?.value ?? '';
    const victim = suite.address('victim');
    const page = await browser.postFrom(browser.page.url, PLACE, { email: victim, role: 'owner', csrf });
    expect(page.status).to.equal(403);
    expect(page.text).to.include('It takes the role owner');
    expect(await suite.server.server.store.administrators.find(victim)).to.equal(null);
  });

  it('lead nobody to an id that is the console’s own', async () => {
    const admin = createAdministrator(suite as Suite);
    const answer = await admin.call('GET', '/clients/countersign-admin');
    expect(answer.body).to.include({ source: 'configuration' });
  });
});
