import { expect } from 'chai';
import { accountWith, addIdentifier, identifiersOf, openAccount } from '../support/account.ts';
import { NO_BUDGETS } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';
import { at, enrolled, type Person, proveFirst, STEP_UP, visitor, withPolicies } from '../support/second-factor.ts';

const REFUSED = { error: 'unmet_authentication_requirements' };

describe('safety: one factor alone does not become the other one (R-32)', function () {
  this.timeout(30_000);
  const suite = useServer(withPolicies({ env: NO_BUDGETS }));

  /** Somebody with nothing but the mailbox of a person who has two factors, at their account. */
  async function intruder(person: Person): Promise<Browser> {
    const browser = visitor(suite);
    await openAccount(suite, browser, person.address);
    return browser;
  }

  /** The same, with a number of their own added. */
  async function intruderWithNumber(person: Person): Promise<{ browser: Browser; own: string }> {
    const [browser, own] = [await intruder(person), suite.number()];
    await addIdentifier(suite, browser, own);
    expect(identifiersOf(await accountWith(suite, person.address))).to.include(own);
    return { browser, own };
  }

  async function removeFromAccount(browser: Browser, person: Person, value: string): Promise<void> {
    const index = identifiersOf(await accountWith(suite, person.address)).indexOf(value);
    await browser.click(`remove-${index}`);
    await browser.click('remove-confirm');
    expect(browser.page.textOf('done')).to.contain('Removed');
  }

  const firstFactor = async (browser: Browser, identifier: string, clientId = 'strict') => {
    await suite.begin(browser, at(clientId, { prompt: 'login' }));
    await enterCode(browser, await suite.askForCode(browser, identifier));
  };

  /** The demand has ended as it does when it cannot be met, on a page that says until when, and at the application. */
  async function expectHeld(browser: Browser): Promise<void> {
    expect(browser.page.url.pathname).to.match(/\/held$/);
    expect(browser.page.has('code')).to.equal(false);
    expect(browser.page.has('identifier')).to.equal(false);
    await browser.click('held-return');
    const answer = parametersOf(browser.landedAt());
    expect(answer).to.include(REFUSED);
    expect(answer.error_description).to.match(/until \d{4}-\d\d-\d\dT/);
    await suite.begin(browser, at('asking', { ...STEP_UP, prompt: 'none' }));
    expect(parametersOf(browser.landedAt())).not.to.have.property('code');
  }

  it('a number that was added by mail alone is no second factor', async () => {
    const person = await enrolled(suite);
    const { browser, own } = await intruderWithNumber(person);
    const before = (await suite.server.inbox(own)).length;
    await proveAgain(browser, person);
    expect(browser.page.url.pathname).to.match(/\/code$/);
    expect(browser.page.has('other-factor'), 'nothing to choose').to.equal(false);
    await suite.delivered();
    expect(await suite.server.inbox(own), 'nothing is sent there').to.have.length(before);
  });

  /** The first factor by mail; the second code goes to the person's own number. @returns it */
  async function proveAgain(browser: Browser, person: Person): Promise<string> {
    await suite.begin(browser, at('strict', { prompt: 'login' }));
    return proveFirst(suite, browser, person);
  }

  it('the owner’s number is removed by mail alone: nobody may add another one in its place', async () => {
    const person = await enrolled(suite);
    const browser = await intruder(person);
    await removeFromAccount(browser, person, person.number);
    await firstFactor(browser, person.address);
    await expectHeld(browser);
  });

  it('neither added and made the only one', async () => {
    const person = await enrolled(suite);
    const { browser } = await intruderWithNumber(person);
    await removeFromAccount(browser, person, person.number);
    await firstFactor(browser, person.address);
    await expectHeld(browser);
  });

  it('nor is the number the first factor, and the mailbox the second', async () => {
    const person = await enrolled(suite);
    const { browser, own } = await intruderWithNumber(person);
    const sent = (await suite.server.inbox(person.address)).length;
    await firstFactor(browser, own);
    await expectHeld(browser);
    await suite.delivered();
    expect((await suite.server.inbox(person.address)).filter(({ code }) => code !== null)).to.have.length.at.most(sent);
  });

  it('nor in a session that was begun with the number, which is removed then', async () => {
    const person = await enrolled(suite);
    const { browser, own } = await intruderWithNumber(person);
    const session = visitor(suite);
    await suite.signIn(session, own, at('asking'));
    await openAccount(suite, browser, person.address);
    await removeFromAccount(browser, person, own);
    await suite.begin(session, at('asking', STEP_UP));
    // Which identifier began the session is not known: the first factor is asked for once more.
    expect(session.page.url.pathname).to.match(/^\/interaction\/[^/]+$/);
    expect(session.page.has('identifier')).to.equal(true);
  });
});
