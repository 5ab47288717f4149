import { expect } from 'chai';
import { accountWith, addIdentifier, identifiersOf, openAccount } from '../support/account.ts';
import { shotOf, volley } from '../support/attack.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { codeAfter, enrolled, visitor, withPolicies } from '../support/second-factor.ts';

const CHANGES = ['/account/add', '/account/delete'];

describe('safety: with one factor of two nobody gets at the other one (R-32)', function () {
  this.timeout(20_000);
  const suite = useServer(withPolicies());

  it('whoever reads the mail only looks at the account: every change asks for the number', async () => {
    const person = await enrolled(suite);
    const thief = visitor(suite);
    const page = await openAccount(suite, thief, person.address);
    expect(page.textOf('identifiers')).to.contain(person.address);
    const removal = page.href('remove-1').pathname;
    for (const path of [...CHANGES, removal]) {
      await thief.get(new URL(path, suite.server.issuer));
      expect(thief.page.url.pathname, path).to.match(/^\/interaction\/[^/]+\/factor$/);
    }
  });

  it('nor by a form that was made for a stronger sign-in', async () => {
    const person = await enrolled(suite);
    const [owner, thief] = [person.browser, visitor(suite)];
    await owner.get(`${suite.server.issuer}/account`);
    await owner.click('remove-1');
    const form = shotOf(owner, 'remove-confirm');
    await openAccount(suite, thief, person.address);
    await thief.click('account-sessions');
    const stolen = { ...form, headers: shotOf(thief, 'sessions-end-others').headers };
    const answers = await volley([stolen, shotOf(thief, 'sessions-end-others')]);
    for (const { headers } of answers) expect(headers.location).to.match(/^\/auth\?.*acr_values=/);
    expect(identifiersOf(await accountWith(suite, person.address))).to.have.length(2);
  });

  it('its owner proves the number once, and goes on where they were', async () => {
    const person = await enrolled(suite);
    const browser = visitor(suite);
    await openAccount(suite, browser, person.address);
    await browser.click('account-add');
    await enterCode(browser, await codeAfter(suite, person.number, () => browser.click('factor-submit')));
    expect(browser.page.url.pathname).to.equal('/account/add');
    const other = suite.address();
    await enterCode(browser, await suite.askForCode(browser, other));
    await browser.click('primary-2');
    expect(identifiersOf(await accountWith(suite, person.address))).to.include(other);
    expect(browser.page.textOf('done')).to.contain('primary');
  });

  it('an account with one channel is changed with one', async () => {
    const browser = visitor(suite);
    await openAccount(suite, browser, suite.address());
    await addIdentifier(suite, browser, suite.address());
    await browser.click('account-add');
    expect(browser.page.url.pathname).to.equal('/account/add');
  });
});

for (const [setting, path] of [
  ['policy', /^\/account\/add$/],
  ['always', /\/factor$/],
] as const) {
  describe(`safety: changes to accounts where no application demands two factors, with accountChanges ${setting}`, () => {
    const suite = useServer({ settings: { secondFactor: { accountChanges: setting } } });

    it(`lead to ${path.source}`, async () => {
      const browser = suite.browser();
      await openAccount(suite, browser, suite.address());
      await addIdentifier(suite, browser, suite.number());
      await browser.click('account-add');
      expect(browser.page.url.pathname).to.match(path);
    });
  });
}
