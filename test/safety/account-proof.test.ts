import { expect } from 'chai';
import { accountWith, addIdentifier, identifiersOf, openAccount } from '../support/account.ts';
import { useServer } from '../support/journey.ts';

describe('safety: what is being added to an account (R-32)', function () {
  this.timeout(20_000);
  const suite = useServer({
    env: { BUDGETS_NOTICES_PER_ACCOUNT: JSON.stringify([{ limit: 1, windowSeconds: 86_400 }]) },
  });

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
});
