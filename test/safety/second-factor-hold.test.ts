import { expect } from 'chai';
import type { Identifier } from '../../src/domain/identifier.ts';
import type { Store } from '../../src/ports/store.ts';
import { accountWith, addIdentifier, identifiersOf, openAccount } from '../support/account.ts';
import { NO_BUDGETS, shotOf, volley } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';
import { at, enrolled, type Person, proveFirst, STEP_UP, visitor, withPolicies } from '../support/second-factor.ts';

const HOUR = 3600_000;
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
    expect(browser.page.has('factor-change'), 'nothing to choose').to.equal(false);
    await browser.get(browser.page.url.pathname.replace('/code', '/factor'));
    expect(browser.page.has('factor-choice-1')).to.equal(false);
    const form = shotOf(browser, 'factor-submit');
    const forged = { ...form, body: String(form.body).replace('choice=0', 'choice=1') };
    expect((await volley([forged]))[0]?.status).to.equal(400);
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

  it('nor by a number that was asked for before the owner had one', async () => {
    const [browser, address, own] = [visitor(suite), suite.address(), suite.number()];
    await suite.begin(browser, at('strict'));
    await enterCode(browser, await suite.askForCode(browser, address));
    const code = await suite.askForCode(browser, own);
    const form = shotOf(browser, 'code-submit', { code });
    const owner = visitor(suite);
    await openAccount(suite, owner, address);
    await addIdentifier(suite, owner, suite.number());
    const [answer] = await volley([form]);
    expect(answer?.headers.location).to.match(/\/factor$/);
    expect(identifiersOf(await accountWith(suite, address))).not.to.include(own);
  });

  it('what is held is not let go by one factor, whatever form it is done with', async () => {
    const person = await enrolled(suite);
    const { browser } = await intruderWithNumber(person);
    // The form of any change has the token that this one takes.
    await browser.click('remove-0');
    const forged = { ...shotOf(browser, 'remove-confirm'), url: new URL('/account/release', suite.server.issuer) };
    const [answer] = await volley([forged]);
    expect(answer?.headers.location).to.match(/^\/auth\?.*acr_values=/);
    expect((await accountWith(suite, person.address)).held).not.to.equal(null);
  });

  it('each further change holds it for longer, none from a later moment on', async () => {
    const time = suite.freeze();
    const person = await enrolled(suite);
    const { browser } = await intruderWithNumber(person);
    const first = (await accountWith(suite, person.address)).held;
    time.advance(60_000);
    await removeFromAccount(browser, person, person.number);
    const held = (await accountWith(suite, person.address)).held;
    expect(held?.since).to.equal(first?.since);
    expect(held?.until).to.equal(Date.now() + 72 * HOUR);
    time.advance(72 * HOUR - 1);
    await firstFactor(visitor(suite), person.address);
    const late = visitor(suite);
    await firstFactor(late, person.address);
    await expectHeld(late);
  });
});

describe('safety: a second factor that is lost in the moment it is proven (R-35)', function () {
  this.timeout(20_000);
  let meanwhile: (() => Promise<unknown>) | null = null;
  const wrapStore = (store: Store): Store => ({
    ...store,
    challenges: {
      ...store.challenges,
      async prove(...given) {
        const proven = await store.challenges.prove(...given);
        const happens = meanwhile;
        meanwhile = null;
        await happens?.();
        return proven;
      },
    },
  });
  const suite = useServer(withPolicies({ overrides: { wrapStore } }));
  const terms = { confirmed: false, at: Date.now() - HOUR, holdMs: 2 * HOUR };

  for (const [what, step, happens] of [
    ['removed', 'enroll', (sub: string, number: Identifier) => accounts().detach(sub, number)],
    ['held', 'held', (sub: string, number: Identifier) => accounts().makePrimary(sub, number, terms)],
    ['of nobody: the account is deleted', null, (sub: string) => accounts().remove(sub)],
  ] as const) {
    it(`is none when it is ${what}`, async () => {
      const person = await enrolled(suite);
      const browser = visitor(suite);
      await suite.begin(browser, at('strict'));
      const code = await proveFirst(suite, browser, person);
      meanwhile = () => happens(person.sub, { channel: 'sms', value: person.number });
      await enterCode(browser, code);
      expect(meanwhile).to.equal(null);
      if (step === null) expect(parametersOf(browser.landedAt())).to.include({ error: 'access_denied' });
      else expect(browser.page.url.pathname).to.match(new RegExp(`/${step}$`));
    });
  }

  const accounts = () => suite.server.server.store.accounts;
});
