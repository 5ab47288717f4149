import { expect } from 'chai';
import { challengeOf, shotOf, uidOf, volley } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { challengeOf as challengeRecord, messageOf } from '../support/factories.ts';
import { enterCode, parametersOf, useServer, wrongCode } from '../support/journey.ts';
import {
  at,
  codeAfter,
  enrolled,
  finishAt,
  type Person,
  proveFirst,
  TWO,
  visitor,
  withPolicies,
} from '../support/second-factor.ts';

const HOUR = 3600_000;

describe('safety: a second factor counts only with the first one of the same account (R-06)', function () {
  this.timeout(20_000);
  const suite = useServer(withPolicies());

  async function waiting(person: Person): Promise<{ browser: Browser; code: string }> {
    const browser = visitor(suite);
    await suite.begin(browser, at('strict'));
    return { browser, code: await proveFirst(suite, browser, person) };
  }

  it('a code for the second factor of somebody else is wrong, and counted', async () => {
    const [one, two] = [await waiting(await enrolled(suite)), await waiting(await enrolled(suite))];
    if (one.code === two.code) return;
    expect((await enterCode(one.browser, two.code)).status).to.equal(422);
    expect((await challengeOf(suite, uidOf(one.browser))).attempts).to.equal(1);
  });

  it('a sign-in code that was sent to the same number elsewhere is wrong', async () => {
    const person = await enrolled(suite);
    const { browser, code } = await waiting(person);
    const elsewhere = visitor(suite);
    await suite.begin(elsewhere, at('asking'));
    const signIn = await suite.askForCode(elsewhere, person.number);
    if (signIn === code) return;
    expect((await enterCode(browser, signIn)).status).to.equal(422);
    expect((await enterCode(elsewhere, code)).status).to.equal(422);
  });

  for (const purpose of ['second-factor', 'add-identifier'] as const) {
    it(`a challenge (${purpose}) of another account in the same interaction can be neither seen nor answered`, async () => {
      const [person, other] = [await enrolled(suite), await enrolled(suite)];
      const { browser } = await waiting(person);
      const form = shotOf(browser, 'code-submit', { code: '000000' });
      const { challenges } = suite.server.server.store;
      const open = await challengeOf(suite, uidOf(browser));
      const foreign = challengeRecord({
        ...open,
        id: `foreign-${purpose}-${uidOf(browser)}`,
        purpose,
        accountId: other.sub,
        createdAt: open.createdAt + 1,
      });
      await challenges.open(foreign, messageOf(foreign), 3, []);
      const page = await browser.get(browser.page.url);
      expect(page.url.pathname).to.match(/\/factor$/);
      const [answer] = await volley([form]);
      expect(answer?.headers.location).to.match(/\/factor$/);
      expect((await challenges.find(foreign.id))?.attempts).to.equal(0);
    });
  }

  it('a second factor without a first one in its interaction is nothing', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    await suite.begin(browser, at('strict'));
    const uid = uidOf(browser);
    const orphan = challengeRecord({
      id: `orphan-${uid}`,
      purpose: 'second-factor',
      accountId: person.sub,
      interactionId: uid,
      createdAt: Date.now(),
      expiresAt: Date.now() + 60_000,
      identifier: { channel: 'sms', value: person.number },
    });
    await suite.server.server.store.challenges.open(orphan, messageOf(orphan), 3, []);
    for (const path of ['', '/code', '/factor', '/enroll', '/link']) {
      const page = await browser.get(`${suite.server.issuer}/interaction/${uid}${path}`);
      expect(page.has('code'), path).to.equal(false);
      expect(page.text, path).not.to.contain(person.number.slice(-4));
    }
  });

  it('the first factor alone opens nothing: no session, no code for the application', async () => {
    const { browser } = await waiting(await enrolled(suite));
    await suite.begin(browser, at('asking', { prompt: 'none' }));
    expect(parametersOf(browser.landedAt())).to.include({ error: 'login_required' });
  });

  it('the first factor of one interaction is none in another one of the same browser', async () => {
    const person = await enrolled(suite);
    const { browser } = await waiting(person);
    const tab = browser.tab();
    await suite.begin(tab, at('strict'));
    expect(tab.page.url.pathname).to.match(/^\/interaction\/[^/]+$/);
    for (const path of ['factor', 'enroll', 'code']) {
      await tab.get(`${suite.server.issuer}/interaction/${uidOf(tab)}/${path}`);
      expect(tab.page.url.pathname).to.match(/^\/interaction\/[^/]+$/);
    }
  });

  it('nothing goes on without the cookie of the interaction', async () => {
    const person = await enrolled(suite);
    const { browser, code } = await waiting(person);
    const stolen = shotOf(browser, 'code-submit', { code });
    const [answer] = await volley([{ ...stolen, headers: { ...stolen.headers, cookie: '' } }]);
    expect(answer?.status).to.equal(400);
    expect((await challengeOf(suite, uidOf(browser))).state).to.equal('open');
  });

  it('an account that is disabled between the factors does not get in, with the right code', async () => {
    const person = await enrolled(suite);
    const { browser, code } = await waiting(person);
    const { accounts } = suite.server.server.store;
    const account = await accounts.findById(person.sub);
    if (account === null) throw new Error('no such account');
    await accounts.update({ ...account, status: 'disabled' });
    await enterCode(browser, code);
    expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied' });
    const second = visitor(suite);
    await suite.begin(second, at('asking', { prompt: 'none' }));
    expect(parametersOf(second.landedAt())).to.include({ error: 'login_required' });
  });

  it('an account that is deleted while it adds a number does not get in', async () => {
    const [browser, address, number] = [visitor(suite), suite.address(), suite.number()];
    await suite.begin(browser, at('strict'));
    await enterCode(browser, await suite.askForCode(browser, address));
    const code = await suite.askForCode(browser, number);
    const { accounts } = suite.server.server.store;
    const account = await accounts.findByIdentifier({ channel: 'email', value: address });
    await accounts.remove(account?.id ?? '');
    await enterCode(browser, code);
    expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied' });
    expect(await accounts.findByIdentifier({ channel: 'sms', value: number })).to.equal(null);
  });

  it('a session that was signed out meanwhile is no first factor any more', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    const { tokens } = await suite.signIn(browser, person.address, at('asking'));
    const tab = browser.tab();
    await suite.begin(tab, at('strict'));
    const code = await codeAfter(suite, person.number, () => tab.click('factor-submit'));
    await browser.get((await suite.party('asking')).logoutUrl(tokens.id_token));
    await browser.click('logout-confirm');
    await enterCode(tab, code);
    expect(tab.stoppedAt).to.equal(null);
    expect(tab.page.status).to.equal(400);
  });

  it('a browser whose remembered device is revoked between the factors is asked for the second one', async () => {
    const person = { ...(await enrolled(suite)), browser: visitor(suite) };
    await suite.begin(person.browser, at('lenient'));
    const remember = await proveFirst(suite, person.browser, person);
    await person.browser.submit('code-submit', { code: remember, remember: 'yes' });
    const started = await suite.begin(person.browser, at('lenient', { prompt: 'login' }));
    const code = await suite.askForCode(person.browser, person.address);
    const [answer] = await volley([shotOf(person.browser, 'code-submit', { code })]);
    const onward = answer?.headers.location ?? '';
    expect(onward).to.match(/\/auth\//);
    const { accounts } = suite.server.server.store;
    const account = await accounts.findById(person.sub);
    if (account === null) throw new Error('no such account');
    await accounts.update({ ...account, devices: [] });
    await person.browser.get(onward);
    expect(person.browser.page.url.pathname).to.match(/\/factor$/);
    const second = await codeAfter(suite, person.number, () => person.browser.click('factor-submit'));
    await enterCode(person.browser, second);
    const { tokens } = await finishAt(suite, person.browser, started, 'lenient');
    expect(tokens.claims()).to.include({ acr: TWO, sub: person.sub });
  });
});

describe('safety: budgets of the second factor (R-04, R-13)', function () {
  this.timeout(20_000);
  const suite = useServer(withPolicies());

  it('five wrong codes end a challenge, and the right one comes too late', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    await suite.begin(browser, at('strict'));
    const code = await proveFirst(suite, browser, person);
    for (let shift = 1; shift <= 5; shift += 1) await enterCode(browser, wrongCode(code, shift));
    expect(browser.page.has('code')).to.equal(false);
    expect(browser.page.alert).not.to.equal(null);
    expect((await challengeOf(suite, uidOf(browser))).attempts).to.equal(5);
  });

  it('ten wrong codes in an hour end all, whichever door they came by', async () => {
    const time = suite.freeze();
    const person = await enrolled(suite);
    time.advance(HOUR);
    const door = visitor(suite);
    await suite.begin(door, at('asking'));
    const signIn = await suite.askForCode(door, person.number);
    for (let shift = 1; shift <= 5; shift += 1) await enterCode(door, wrongCode(signIn, shift));
    const browser = visitor(suite);
    await suite.begin(browser, at('strict'));
    const code = await proveFirst(suite, browser, person);
    for (let shift = 1; shift <= 5; shift += 1) await enterCode(browser, wrongCode(code, shift));
    const last = visitor(suite);
    await suite.begin(last, at('strict'));
    const right = await proveFirst(suite, last, person);
    const refused = await enterCode(last, right);
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers.get('retry-after'))).to.be.above(3000);
  });

  it('a message that cannot be sent now loses nobody the first factor', async () => {
    const time = suite.freeze();
    const person = await enrolled(suite);
    for (let sent = 1; sent < 3; sent += 1) {
      const other = visitor(suite);
      await suite.begin(other, at('asking'));
      await suite.askForCode(other, person.number);
    }
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('strict'));
    await enterCode(browser, await suite.askForCode(browser, person.address));
    expect(browser.page.url.pathname).to.match(/\/factor$/);
    const refused = await browser.click('factor-submit');
    expect(refused.status).to.equal(429);
    expect(refused.has('factor-submit')).to.equal(true);
    time.advance(600_000);
    await enterCode(browser, await codeAfter(suite, person.number, () => browser.click('factor-submit')));
    expect((await finishAt(suite, browser, started, 'strict')).tokens.claims()).to.include({ acr: TWO });
  });
});

describe('safety: a second factor that cannot be had any more', () => {
  const suite = useServer(withPolicies());

  it('ends with an error for the application, not with a person in a circle', async () => {
    const time = suite.freeze();
    const person = await enrolled(suite);
    const browser = visitor(suite);
    await suite.begin(browser, at('strict'));
    await proveFirst(suite, browser, person);
    const { clients } = suite.server.server.store;
    const client = await clients.find('strict');
    if (client === null) throw new Error('no such client');
    await clients.update({ ...client, channels: ['email'] });
    // As long as clients are cached.
    time.advance(6_000);
    await browser.get(browser.page.url);
    expect(parametersOf(browser.landedAt())).to.include({ error: 'unmet_authentication_requirements' });
  });
});
