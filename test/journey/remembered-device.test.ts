import { expect } from 'chai';
import { NO_BUDGETS } from '../support/attack.ts';
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

const DAY = 24 * 3600 * 1000;

describe('journey: a browser that need not be asked for the second factor again', function () {
  this.timeout(20_000);
  const suite = useServer(withPolicies({ env: NO_BUDGETS }));

  const accountOf = async ({ sub }: Person) => {
    const account = await suite.server.server.store.accounts.findById(sub);
    if (account === null) throw new Error('no such account');
    return account;
  };

  /** Signs in with both factors and has the browser remembered. */
  async function rememberIn(browser: Browser, person: Person): Promise<void> {
    const started = await suite.begin(browser, at('lenient', { prompt: 'login' }));
    const code = await proveFirst(suite, browser, person);
    await browser.submit('code-submit', { code, remember: 'yes' });
    expect((await finishAt(suite, browser, started, 'lenient')).tokens.claims()).to.include({ acr: TWO });
  }

  async function remembered(): Promise<Person> {
    const person = { ...(await enrolled(suite)), browser: visitor(suite) };
    await rememberIn(person.browser, person);
    return person;
  }

  /** Proves the first factor at an application, from the beginning. */
  async function firstAgain(person: Person, clientId: string, parameters = {}): Promise<void> {
    await suite.begin(person.browser, at(clientId, { prompt: 'login', ...parameters }));
    await enterCode(person.browser, await suite.askForCode(person.browser, person.address));
  }

  it('skips it where the policy allows that, and the tokens say so', async () => {
    const person = await remembered();
    expect((await accountOf(person)).devices).to.have.length(1);
    const started = await suite.begin(person.browser, at('lenient', { prompt: 'login' }));
    await enterCode(person.browser, await suite.askForCode(person.browser, person.address));
    const { tokens } = await finishAt(suite, person.browser, started, 'lenient');
    expect(tokens.claims()).to.include({ acr: ONE });
    expect(tokens.claims()?.amr).to.deep.equal(['otp']);
    const silent = await suite.begin(person.browser, at('lenient', { prompt: 'none' }));
    expect((await finishAt(suite, person.browser, silent, 'lenient')).tokens.claims()).to.include({ acr: ONE });
  });

  it('never satisfies a request for two factors, nor an application that does not allow it', async () => {
    const person = await remembered();
    await firstAgain(person, 'lenient', STEP_UP);
    expect(person.browser.page.url.pathname).to.match(/\/code$/);
    expect(person.browser.page.has('remember-device')).to.equal(false);
    await firstAgain(person, 'strict');
    expect(person.browser.page.url.pathname).to.match(/\/code$/);
    expect(person.browser.page.has('remember-device')).to.equal(false);
  });

  it('never replaces the first factor', async () => {
    const person = await remembered();
    await suite.begin(person.browser, at('lenient', { prompt: 'login' }));
    expect(person.browser.page.has('identifier')).to.equal(true);
  });

  it('is offered, not taken for granted', async () => {
    const person = { ...(await enrolled(suite)), browser: visitor(suite) };
    const started = await suite.begin(person.browser, at('lenient'));
    await enterCode(person.browser, await proveFirst(suite, person.browser, person));
    await finishAt(suite, person.browser, started, 'lenient');
    expect((await accountOf(person)).devices).to.deep.equal([]);
    expect(person.browser.cookies().map(({ name }) => name)).not.to.include('device');
  });

  it('is not offered with the first code, and nothing is remembered for who claims it there', async () => {
    const [browser, address] = [visitor(suite), suite.address()];
    await suite.begin(browser, at('lenient'));
    const code = await suite.askForCode(browser, address);
    expect(browser.page.has('remember-device')).to.equal(false);
    await browser.submit('code-submit', { code }, { forced: { remember: 'yes' } });
    expect(browser.cookies().map(({ name }) => name)).not.to.include('device');
  });

  it('can be claimed by nobody where the page does not offer it', async () => {
    const person = { ...(await enrolled(suite)), browser: visitor(suite) };
    await suite.begin(person.browser, at('strict'));
    const code = await proveFirst(suite, person.browser, person);
    await person.browser.submit('code-submit', { code }, { forced: { remember: 'yes' } });
    person.browser.landedAt();
    expect((await accountOf(person)).devices).to.deep.equal([]);
  });

  it('is of one account: another one on the same browser is asked, and both can be remembered', async () => {
    const [person, other] = [await remembered(), await enrolled(suite)];
    const neighbour = { ...other, browser: person.browser };
    await suite.begin(person.browser, at('lenient', { prompt: 'login' }));
    const code = await proveFirst(suite, person.browser, neighbour);
    await person.browser.submit('code-submit', { code, remember: 'yes' });
    if (person.browser.stoppedAt === null) await person.browser.click('proceed-submit');
    for (const somebody of [person, neighbour]) {
      await firstAgain(somebody, 'lenient');
      if (person.browser.stoppedAt === null) await person.browser.click('proceed-submit');
      expect(parametersOf(person.browser.landedAt())).to.include.keys('code');
    }
  });

  it('ends when it is revoked: its session is asked for more, and so is a new sign-in', async () => {
    const person = await remembered();
    await firstAgain(person, 'lenient');
    expect(parametersOf(person.browser.landedAt())).to.include.keys('code');
    await suite.server.server.store.accounts.update({ ...(await accountOf(person)), devices: [] });
    await suite.begin(person.browser, at('lenient', { prompt: 'none' }));
    expect(parametersOf(person.browser.landedAt())).to.include({ error: 'login_required' });
    await suite.begin(person.browser, at('lenient'));
    expect(person.browser.page.url.pathname).to.match(/\/factor$/);
    await firstAgain(person, 'lenient');
    expect(person.browser.page.url.pathname).to.match(/\/code$/);
  });

  it('ends after its days, however long the browser keeps the cookie', async () => {
    const time = suite.freeze();
    const person = await remembered();
    const cookie = person.browser.cookies().find(({ name }) => name === 'device');
    const account = await accountOf(person);
    const [device] = account.devices;
    expect((device?.expiresAt ?? 0) - time.now()).to.equal(30 * DAY);
    time.advance(29 * DAY);
    await firstAgain(person, 'lenient');
    expect(parametersOf(person.browser.landedAt())).to.include.keys('code');
    const expired = account.devices.map((entry) => ({ ...entry, expiresAt: time.now() }));
    await suite.server.server.store.accounts.update({ ...(await accountOf(person)), devices: expired });
    await firstAgain(person, 'lenient');
    expect(person.browser.page.url.pathname).to.match(/\/code$/);
    expect(cookie).to.include({ httpOnly: true, sameSite: 'lax', path: '/' });
  });

  it('is forgotten when ten others came after it', async () => {
    const person = await remembered();
    const account = await accountOf(person);
    const [oldest] = account.devices;
    const others = Array.from({ length: 9 }, (_, index) => ({
      id: `device-${index}`,
      name: 'Firefox on Linux',
      createdAt: Date.now(),
      expiresAt: Date.now() + DAY,
    }));
    await suite.server.server.store.accounts.update({ ...account, devices: [...account.devices, ...others] });
    await rememberIn(visitor(suite), person);
    const ids = (await accountOf(person)).devices.map(({ id }) => id);
    expect(ids).to.have.length(10).and.not.to.include(oldest?.id);
    await firstAgain(person, 'lenient');
    expect(person.browser.page.url.pathname).to.match(/\/code$/);
  });

  it('leaves an event, and a name its owner knows it by', async () => {
    const person = await remembered();
    const events = await suite.events({ accountId: person.sub, type: 'device.remembered' });
    expect(events.map(({ clientId }) => clientId)).to.deep.equal(['lenient']);
    expect((await accountOf(person)).devices[0]?.name)
      .to.be.a('string')
      .and.not.to.equal('');
  });

  it('is worth nothing to another account that has taken it along', async () => {
    const [person, other] = [await remembered(), await enrolled(suite)];
    const thief = { ...other, browser: person.browser.clone() };
    await firstAgain(thief, 'lenient');
    expect(thief.browser.page.url.pathname).to.match(/\/code$/);
  });

  it('can be had by adding a second factor, too', async () => {
    const [browser, address, number] = [visitor(suite), suite.address(), suite.number()];
    const started = await suite.begin(browser, at('lenient'));
    await enterCode(browser, await suite.askForCode(browser, address));
    const code = await suite.askForCode(browser, number);
    await browser.submit('code-submit', { code, remember: 'yes' });
    const { tokens } = await finishAt(suite, browser, started, 'lenient');
    const person = { browser, address, number, sub: tokens.claims()?.sub ?? '' };
    await firstAgain(person, 'lenient');
    expect(parametersOf(browser.landedAt())).to.include.keys('code');
  });
});

describe('journey: an installation that remembers no browser', () => {
  const suite = useServer(withPolicies({ env: { SECOND_FACTOR_REMEMBER_DAYS: '0' } }));

  it('offers nothing, and takes no cookie for one', async () => {
    const person = { ...(await enrolled(suite)), browser: visitor(suite) };
    await suite.begin(person.browser, at('lenient'));
    const code = await codeAfter(suite, person.number, async () => {
      await enterCode(person.browser, await suite.askForCode(person.browser, person.address));
    });
    expect(person.browser.page.has('remember-device')).to.equal(false);
    await person.browser.submit('code-submit', { code }, { forced: { remember: 'yes' } });
    person.browser.landedAt();
    expect((await suite.server.server.store.accounts.findById(person.sub))?.devices).to.deep.equal([]);
  });
});
