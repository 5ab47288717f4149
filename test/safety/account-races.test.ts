import { expect } from 'chai';
import { accountWith, addIdentifier, askToAdd, identifiersOf, openAccount } from '../support/account.ts';
import { PLENTY, STORES, shotOf, times, volley } from '../support/attack.ts';
import { enterCode, useServer } from '../support/journey.ts';
import type { WireRequest } from '../support/wire.ts';

const PARALLEL = 50;
const env = {
  BUDGETS_NOTICES_PER_ACCOUNT: PLENTY,
  BUDGETS_SENDS_PER_IDENTIFIER: PLENTY,
  BUDGETS_SENDS_PER_NETWORK: PLENTY,
  BUDGETS_FAILURES_PER_IDENTIFIER: PLENTY,
};

for (const { name, overrides } of STORES) {
  describe(`safety: changes of an account at once, on ${name}`, function () {
    this.timeout(60_000);
    const suite = useServer({ overrides, env });

    it(`${PARALLEL} removals of both identifiers at once leave one of them, never none`, async () => {
      const [browser, address, other] = [suite.browser(), suite.address(), suite.address()];
      await openAccount(suite, browser, address);
      await addIdentifier(suite, browser, other);
      const { id } = await accountWith(suite, address);
      const shots: WireRequest[] = [];
      for (const index of [0, 1]) {
        await browser.get('/account');
        await browser.click(`remove-${index}`);
        shots.push(shotOf(browser, 'remove-confirm'));
      }
      const answers = await volley(times(PARALLEL / 2, () => shots).flat());
      const left = await suite.server.server.store.accounts.findById(id);
      expect(left?.identifiers).to.have.length(1);
      const done = answers.filter(({ headers }) => headers.location === '/account?done=removed');
      expect(done).to.have.length(1);
      const [kept] = left?.identifiers ?? [];
      await suite.delivered();
      const { tokens } = await suite.signIn(suite.browser(), kept?.value ?? '');
      expect(tokens.claims()?.sub, 'and it signs in').to.equal(id);
    });

    it(`${PARALLEL} submissions of one right code add the identifier once`, async () => {
      const [browser, address, other] = [suite.browser(), suite.address(), suite.address()];
      await openAccount(suite, browser, address);
      const code = await askToAdd(suite, browser, other);
      await volley(times(PARALLEL, () => shotOf(browser, 'code-submit', { code })));
      expect(identifiersOf(await accountWith(suite, address))).to.deep.equal([address, other]);
      const { id: accountId } = await accountWith(suite, address);
      expect(await suite.events({ type: 'identifier.added', accountId })).to.have.length(1);
    });

    it('two accounts that prove one new address at once: one has it, the other is told (R-30)', async () => {
      for (let round = 0; round < 5; round += 1) {
        const other = suite.address();
        const people = await Promise.all(
          times(2, async () => {
            const [browser, address] = [suite.browser(), suite.address()];
            await openAccount(suite, browser, address);
            return { browser, address };
          }),
        );
        for (const { browser } of people) await browser.click('account-add');
        const codes: string[] = [];
        for (const { browser } of people) codes.push(await suite.askForCode(browser, other));
        await Promise.all(people.map(({ browser }, index) => enterCode(browser, codes[index] ?? '')));
        const owner = await accountWith(suite, other);
        const taken = people.filter(({ browser }) => browser.page.alert?.includes('another account'));
        expect(taken).to.have.length(1);
        expect(identifiersOf(owner)).to.not.include(taken[0]?.address);
      }
    });

    it('adding an address that its owner signs up with at the same moment: one of the two has it', async () => {
      for (let round = 0; round < 5; round += 1) {
        const [browser, own, address] = [suite.browser(), suite.address(), suite.address()];
        await openAccount(suite, browser, own);
        const code = await askToAdd(suite, browser, address);
        const newcomer = suite.browser();
        const started = await suite.begin(newcomer);
        const signUp = await suite.askForCode(newcomer, address);
        await Promise.all([enterCode(browser, code), enterCode(newcomer, signUp)]);
        const { tokens } = await suite.finish(newcomer, started);
        expect(tokens.claims()?.sub).to.equal((await accountWith(suite, address)).id);
      }
    });
  });
}
