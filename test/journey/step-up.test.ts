import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';
import {
  at,
  codeAfter,
  enrolled,
  finishAt,
  ONE,
  type Person,
  proveFirst,
  STEP_UP,
  TWO,
  visitor,
  withPolicies,
} from '../support/second-factor.ts';

describe('journey: a session that is asked for more', function () {
  this.timeout(20_000);
  const suite = useServer(withPolicies());

  /** A person who has two factors, signed in with one of them. */
  async function signedInWithOne(): Promise<Person & { at: number }> {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    const { tokens } = await suite.signIn(browser, person.address, at('asking'));
    return { ...person, browser, at: Number(tokens.claims()?.auth_time) };
  }

  const silently = async (browser: Browser, clientId: string, parameters = {}) => {
    await suite.begin(browser, at(clientId, { prompt: 'none', ...parameters }));
    return parametersOf(browser.landedAt());
  };

  it('is asked only for what is missing, and sends nothing until somebody says so', async () => {
    const time = suite.freeze();
    const person = await signedInWithOne();
    time.advance(600_000);
    const sent = (await suite.server.inbox(person.number)).length;
    const started = await suite.begin(person.browser, at('asking', STEP_UP));
    expect(person.browser.page.url.pathname).to.match(/\/factor$/);
    await person.browser.reload();
    expect(await suite.server.inbox(person.number)).to.have.length(sent);
    const code = await codeAfter(suite, person.number, () => person.browser.click('factor-submit'));
    await enterCode(person.browser, code);
    const { tokens } = await finishAt(suite, person.browser, started, 'asking');
    // The first factor is as old as it was: a second one does not make it young.
    expect(tokens.claims()).to.include({ acr: TWO, auth_time: person.at, sub: person.sub });
    expect(tokens.claims()?.amr).to.deep.equal(['otp', 'sms', 'mfa']);
    expect(await suite.events({ accountId: person.sub, type: 'session.raised' })).to.have.length(1);
  });

  it('is enough for every application from then on, and its former tokens say what was true for them', async () => {
    const person = await signedInWithOne();
    const before = await suite.signIn(person.browser, person.address, at('asking'));
    const started = await suite.begin(person.browser, at('strict'));
    await enterCode(person.browser, await codeAfter(suite, person.number, () => person.browser.click('factor-submit')));
    await finishAt(suite, person.browser, started, 'strict');
    expect(await silently(person.browser, 'asking', STEP_UP)).to.include.keys('code');
    expect(await silently(person.browser, 'strict')).to.include.keys('code');
    const refreshed = await (await suite.party('asking')).refresh(before.tokens.refresh_token ?? '');
    expect(refreshed.claims()).to.include({ acr: ONE });
  });

  it('prompt=none: login_required, and no page', async () => {
    const person = await signedInWithOne();
    for (const [clientId, parameters] of [
      ['asking', STEP_UP],
      ['strict', {}],
      ['asking', { claims: JSON.stringify({ id_token: { acr: { essential: true, values: [TWO] } } }) }],
    ] as const) {
      expect(await silently(person.browser, clientId, parameters)).to.include({ error: 'login_required' });
    }
  });

  for (const [what, parameters] of [
    ['prompt=login', { prompt: 'login' }],
    ['max_age', { max_age: '60' }],
  ] as const) {
    it(`${what} asks for the first factor again, then for the second`, async () => {
      const time = suite.freeze();
      const person = await signedInWithOne();
      time.advance(61_000);
      const started = await suite.begin(person.browser, at('asking', { ...STEP_UP, ...parameters }));
      expect(person.browser.page.value('identifier')).to.equal(person.address);
      await enterCode(person.browser, await proveFirst(suite, person.browser, person));
      const { tokens } = await finishAt(suite, person.browser, started, 'asking');
      expect(tokens.claims()).to.include({ acr: TWO, auth_time: Math.floor(time.now() / 1000) });
    });
  }

  it('of two factors, asked for one exactly, proves one again (OpenID Connect Core §5.5.1.1)', async () => {
    const { browser, address } = await enrolled(suite);
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: ONE } } });
    const { tokens } = await suite.signIn(browser, address, at('asking', { claims }));
    expect(tokens.claims()).to.include({ acr: ONE });
    const both = JSON.stringify({ id_token: { acr: { essential: true, values: [ONE, TWO] } } });
    expect(await silently(browser, 'asking', { claims: both })).to.include.keys('code');
  });

  it('acr_values do not undo an essential claim', async () => {
    const person = await signedInWithOne();
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: TWO } } });
    await suite.begin(person.browser, at('asking', { claims, acr_values: ONE }));
    expect(person.browser.page.url.pathname).to.match(/\/factor$/);
  });

  it('gives no account a new identifier when it is older than five minutes (R-32)', async () => {
    const time = suite.freeze();
    const [browser, address, number] = [visitor(suite), suite.address(), suite.number()];
    await suite.signIn(browser, address, at('asking'));
    time.advance(301_000);
    const started = await suite.begin(browser, at('strict'));
    expect(browser.page.value('identifier')).to.equal(address);
    const stale = await browser.get(`${browser.page.url.href}/enroll`);
    expect(stale.url.pathname).not.to.match(/enroll/);
    await enterCode(browser, await suite.askForCode(browser, address));
    expect(browser.page.url.pathname).to.match(/\/enroll$/);
    await enterCode(browser, await suite.askForCode(browser, number));
    expect((await finishAt(suite, browser, started, 'strict')).tokens.claims()).to.include({ acr: TWO });
  });

  it('that is young adds one without proving the first factor again', async () => {
    const [browser, address, number] = [visitor(suite), suite.address(), suite.number()];
    await suite.signIn(browser, address, at('asking'));
    const started = await suite.begin(browser, at('strict'));
    expect(browser.page.url.pathname).to.match(/\/enroll$/);
    await enterCode(browser, await suite.askForCode(browser, number));
    expect((await finishAt(suite, browser, started, 'strict')).tokens.claims()).to.include({ acr: TWO });
  });

  it('goes on by itself when the second factor was proven in another tab', async () => {
    const person = await signedInWithOne();
    const tab = person.browser.tab();
    const waiting = await suite.begin(tab, at('strict'));
    const started = await suite.begin(person.browser, at('asking', STEP_UP));
    await enterCode(person.browser, await codeAfter(suite, person.number, () => person.browser.click('factor-submit')));
    await finishAt(suite, person.browser, started, 'asking');
    await tab.reload();
    expect((await finishAt(suite, tab, waiting, 'strict')).tokens.claims()).to.include({ acr: TWO });
  });

  it('that began in another tab meanwhile counts as the first factor', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    const tab = browser.tab();
    await suite.begin(tab, at('strict'));
    await suite.signIn(browser, person.address, at('asking'));
    await tab.reload();
    expect(tab.page.url.pathname).to.match(/\/factor$/);
  });

  it('prompt=select_account: staying is asked for more, another account for both', async () => {
    const [person, other] = [await signedInWithOne(), await enrolled(suite)];
    const started = await suite.begin(person.browser, at('strict', { prompt: 'select_account' }));
    await person.browser.click('account-continue');
    expect(person.browser.page.url.pathname).to.match(/\/factor$/);
    await enterCode(person.browser, await codeAfter(suite, person.number, () => person.browser.click('factor-submit')));
    const { tokens } = await finishAt(suite, person.browser, started, 'strict');
    expect(tokens.claims()).to.include({ acr: TWO, sub: person.sub });

    const again = await suite.begin(person.browser, at('strict', { prompt: 'select_account' }));
    await person.browser.click('account-other');
    const code = await proveFirst(suite, person.browser, other);
    await person.browser.get(person.browser.page.url.href.replace(/\/code$/, ''));
    expect(person.browser.page.has('code')).to.equal(true);
    await enterCode(person.browser, code);
    if (person.browser.stoppedAt === null) await person.browser.click('proceed-submit');
    const switched = await finishAt(suite, person.browser, again, 'strict');
    expect(switched.tokens.claims()).to.include({ acr: TWO, sub: other.sub });
  });

  it('of somebody else ends: both factors of the other account sign that one in', async () => {
    const [person, other] = [await signedInWithOne(), await enrolled(suite)];
    const started = await suite.begin(person.browser, at('strict', { prompt: 'login' }));
    await enterCode(person.browser, await proveFirst(suite, person.browser, other));
    if (person.browser.stoppedAt === null) await person.browser.click('proceed-submit');
    const { tokens } = await finishAt(suite, person.browser, started, 'strict');
    expect(tokens.claims()).to.include({ acr: TWO, sub: other.sub });
  });

  it('with a hint at somebody else is asked for that one’s first factor', async () => {
    const [person, other] = [await signedInWithOne(), visitor(suite)];
    const { tokens } = await suite.signIn(other, suite.address(), at('asking'));
    await suite.begin(person.browser, at('asking', { ...STEP_UP, id_token_hint: tokens.id_token }));
    expect(person.browser.page.has('identifier')).to.equal(true);
    expect(person.browser.page.url.pathname).not.to.match(/factor|enroll/);
  });
});
