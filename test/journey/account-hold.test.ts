import { expect } from 'chai';
import { accountWith, addIdentifier, noticesTo, openAccount } from '../support/account.ts';
import { NO_BUDGETS } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, useServer } from '../support/journey.ts';
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

describe('journey: an account with two factors that is changed with one', function () {
  this.timeout(30_000);
  const suite = useServer(withPolicies({ env: NO_BUDGETS }));

  async function atAccount(): Promise<Person> {
    const person = { ...(await enrolled(suite)), browser: visitor(suite) };
    await openAccount(suite, person.browser, person.address);
    return person;
  }

  /** The way from the overview to the second factor and back. */
  async function confirm({ browser, number }: Person): Promise<void> {
    await browser.click('hold-confirm');
    await enterCode(browser, await codeAfter(suite, number, () => browser.click('factor-submit')));
    expect(browser.page.url.pathname).to.equal('/account');
    expect(browser.page.textOf('done')).to.contain('Both steps are confirmed');
  }

  /** Both factors at an application that demands them, the second one by this number. */
  async function signInBy(browser: Browser, person: Person, number: string): Promise<void> {
    const started = await suite.begin(browser, at('strict', { prompt: 'login' }));
    await proveFirst(suite, browser, person);
    if (number !== person.number) await browser.click('factor-change');
    const code = await codeAfter(suite, number, () => browser.submit('factor-submit', { choice: '1' }));
    await enterCode(browser, code);
    const { tokens } = await finishAt(suite, browser, started, 'strict');
    expect(tokens.claims()).to.include({ acr: TWO, sub: person.sub });
  }

  it('says so there and by mail, and what was added counts when the time is over', async () => {
    const time = suite.freeze();
    const person = await atAccount();
    const own = suite.number();
    expect(person.browser.page.textOf('hold')).to.contain('72 hours');
    expect(person.browser.page.has('hold-until')).to.equal(false);
    time.advance(1000);
    await addIdentifier(suite, person.browser, own);
    const until = new Date(Date.now() + 72 * HOUR);
    expect((await accountWith(suite, own)).held?.until).to.equal(until.getTime());
    expect(person.browser.page.textOf('hold-until')).to.contain(String(until.getUTCDate()));
    expect((await noticesTo(suite, person.address))[0]).to.match(/was added.*one step only\. Until /s);
    expect(await suite.events({ accountId: person.sub, type: 'account.held' })).to.have.length(1);
    time.advance(72 * HOUR + 1000);
    await person.browser.get(`${suite.server.issuer}/account`);
    expect(person.browser.page.has('hold-until')).to.equal(false);
    await signInBy(visitor(suite), person, own);
  });

  it('is changed without it by whoever confirms with the second factor first', async () => {
    const [person, own] = [await atAccount(), suite.number()];
    await confirm(person);
    expect(person.browser.page.has('hold')).to.equal(false);
    await addIdentifier(suite, person.browser, own);
    expect((await accountWith(suite, own)).held).to.equal(null);
    expect((await noticesTo(suite, person.address))[0]).not.to.contain('one step only');
    await signInBy(visitor(suite), person, own);
  });

  it('is confirmed afterwards, too, and counts from then on', async () => {
    const time = suite.freeze();
    const [person, own] = [await atAccount(), suite.number()];
    time.advance(1000);
    await addIdentifier(suite, person.browser, own);
    expect(person.browser.page.has('hold-release')).to.equal(false);
    await confirm(person);
    await person.browser.click('hold-release');
    expect(person.browser.page.textOf('done')).to.contain('second step again');
    expect((await accountWith(suite, own)).held).to.equal(null);
    expect(await suite.events({ accountId: person.sub, type: 'account.released' })).to.have.length(1);
    await signInBy(visitor(suite), person, own);
  });

  it('is held no more when it is changed with both', async () => {
    const time = suite.freeze();
    const person = await atAccount();
    time.advance(1000);
    await addIdentifier(suite, person.browser, suite.number());
    await confirm(person);
    await person.browser.click('remove-2');
    await person.browser.click('remove-confirm');
    expect((await accountWith(suite, person.address)).held).to.equal(null);
    expect(await suite.events({ accountId: person.sub, type: 'account.released' })).to.have.length(1);
  });

  it('asks whoever confirmed for both again when that was too long ago', async () => {
    const time = suite.freeze();
    const person = await atAccount();
    await confirm(person);
    time.advance(301_000);
    await person.browser.click('account-add');
    const code = await proveFirst(suite, person.browser, person);
    await enterCode(person.browser, code);
    expect(person.browser.page.url.pathname).to.equal('/account/add');
    const own = suite.number();
    await enterCode(person.browser, await suite.askForCode(person.browser, own));
    expect((await accountWith(suite, own)).held).to.equal(null);
  });

  it('gets another number in the place of a lost one, after the time', async () => {
    const time = suite.freeze();
    const [person, own] = [await atAccount(), suite.number()];
    time.advance(1000);
    await person.browser.click('remove-1');
    await person.browser.click('remove-confirm');
    expect(person.browser.page.has('hold-until')).to.equal(true);
    expect(person.browser.page.has('hold-confirm'), 'nothing to confirm with').to.equal(false);
    time.advance(73 * HOUR);
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('strict'));
    await enterCode(browser, await suite.askForCode(browser, person.address));
    await enterCode(browser, await suite.askForCode(browser, own));
    const { tokens } = await finishAt(suite, browser, started, 'strict');
    expect(tokens.claims()).to.include({ acr: TWO, sub: person.sub, phone_number: own });
  });

  it('goes on with the factors it had before', async () => {
    const person = await atAccount();
    await addIdentifier(suite, person.browser, suite.address());
    const browser = visitor(suite);
    const started = await suite.begin(browser, at('strict'));
    await enterCode(browser, await proveFirst(suite, browser, person));
    const { tokens } = await finishAt(suite, browser, started, 'strict');
    expect(tokens.claims()).to.include({ acr: TWO, sub: person.sub });
    expect((await accountWith(suite, person.address)).held).not.to.equal(null);
  });

  it('is not held when it has one channel only', async () => {
    const [browser, address, other] = [visitor(suite), suite.address(), suite.address()];
    await openAccount(suite, browser, address);
    expect(browser.page.has('hold')).to.equal(false);
    await addIdentifier(suite, browser, other);
    await addIdentifier(suite, browser, suite.number());
    expect((await accountWith(suite, other)).held).to.equal(null);
  });
});

describe('journey: an installation that holds nothing', function () {
  this.timeout(20_000);
  const suite = useServer(withPolicies({ env: { SECOND_FACTOR_HOLD_HOURS: '0' } }));

  it('lets every change count at once', async () => {
    const [person, browser, own] = [await enrolled(suite), visitor(suite), suite.number()];
    await openAccount(suite, browser, person.address);
    expect(browser.page.has('hold')).to.equal(false);
    await addIdentifier(suite, browser, own);
    expect((await accountWith(suite, own)).held).to.equal(null);
  });
});
