import { expect } from 'chai';
import { accountWith, addIdentifier, identifiersOf, openAccount } from '../support/account.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { at, visitor, withPolicies } from '../support/second-factor.ts';

describe('safety: what is being added to an account (R-32)', function () {
  this.timeout(20_000);
  const suite = useServer(
    withPolicies({ env: { BUDGETS_NOTICES_PER_ACCOUNT: JSON.stringify([{ limit: 1, windowSeconds: 86_400 }]) } }),
  );

  it('is not added where nobody could be told, and whoever proved it learns that', async () => {
    const [browser, address, second, third] = [suite.browser(), suite.address(), suite.address(), suite.address()];
    await openAccount(suite, browser, address);
    await addIdentifier(suite, browser, second);
    const page = await addIdentifier(suite, browser, third);
    expect([page.status, page.value('identifier')]).to.deep.equal([429, third]);
    expect(page.alert).to.match(/try again/i);
    expect(identifiersOf(await accountWith(suite, address))).to.deep.equal([address, second]);
    expect(await suite.server.server.store.accounts.findByIdentifier({ channel: 'email', value: third })).to.equal(
      null,
    );
  });

  it('nor as a second factor, on the way to an application', async () => {
    const [browser, address, number] = [visitor(suite), suite.address(), suite.number()];
    await openAccount(suite, browser, address);
    await addIdentifier(suite, browser, suite.address());
    await suite.begin(browser, at('strict'));
    const page = await enterCode(browser, await suite.askForCode(browser, number));
    expect([page.status, page.has('code'), page.has('identifier')]).to.deep.equal([429, false, true]);
    expect(page.alert).to.match(/try again/i);
    expect(await suite.server.server.store.accounts.findByIdentifier({ channel: 'sms', value: number })).to.equal(null);
  });
});
