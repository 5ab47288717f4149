import { expect } from 'chai';
import { leadsOn, locationOf, NO_BUDGETS, STORES, shotOf, times, uidOf, visitOf, volley } from '../support/attack.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { at, enrolled, type Person, proveFirst, visitor, withPolicies } from '../support/second-factor.ts';

const PARALLEL = 50;
const ROUNDS = 5;

for (const { name, overrides } of STORES) {
  describe(`safety: one second code, one success (R-03), on ${name}`, function () {
    this.timeout(60_000);
    const suite = useServer(withPolicies({ overrides, env: NO_BUDGETS }));

    /** One browser's right second code, submitted by everybody who has its cookies. */
    async function round(person: Person): Promise<{ successes: number; authorizationCodes: number }> {
      const browser = visitor(suite);
      await suite.begin(browser, at('strict'));
      const uid = uidOf(browser);
      const code = await proveFirst(suite, browser, person);
      const shot = shotOf(browser, 'code-submit', { code });
      const answers = await volley(times(PARALLEL, () => shot));
      expect(answers.filter(({ status }) => status >= 500)).to.deep.equal([]);
      const successes = answers.filter((answer) => leadsOn(answer, suite)).length;
      const resume = visitOf(browser, new URL(`/auth/${uid}`, suite.server.issuer));
      const followed = await volley(times(successes + 10, () => resume));
      const codes = followed.filter((answer) => locationOf(answer, suite)?.searchParams.has('code') === true);
      return { successes, authorizationCodes: codes.length };
    }

    it(`${PARALLEL} right submissions at once succeed once and give one authorization code`, async () => {
      const person = await enrolled(suite);
      const rounds: Awaited<ReturnType<typeof round>>[] = [];
      while (rounds.length < ROUNDS) rounds.push(await round(person));
      expect(rounds).to.deep.equal(times(ROUNDS, () => ({ successes: 1, authorizationCodes: 1 })));
    });

    it(`${PARALLEL} right first codes at once send one second code`, async () => {
      const person = await enrolled(suite);
      const browser = visitor(suite);
      await suite.begin(browser, at('strict'));
      const code = await suite.askForCode(browser, person.address);
      const shot = shotOf(browser, 'code-submit', { code });
      const answers = await volley(times(PARALLEL, () => shot));
      expect(answers.filter(({ status }) => status >= 500)).to.deep.equal([]);
      await browser.get(browser.page.url);
      expect(browser.page.text).not.to.match(/tries? left/);
      await suite.delivered();
      await enterCode(browser, await suite.server.code(person.number, 2));
      browser.landedAt();
      await suite.events({ accountId: person.sub, type: 'session.started' }, 2);
      // One for the number when it was added, one now.
      const opened = await suite.server.server.store.events.list(
        { type: 'challenge.opened', accountId: person.sub },
        100,
      );
      expect(opened).to.have.length(2);
    });

    it('of people who add the same number at once, one gets it, and only that one is signed in', async () => {
      const number = suite.number();
      const people = times(3, () => visitor(suite));
      for (const browser of people) {
        await suite.begin(browser, at('strict'));
        await enterCode(browser, await suite.askForCode(browser, suite.address()));
        await browser.submit('identifier-submit', { identifier: number });
      }
      await suite.delivered();
      const messages = await suite.server.inbox(number);
      const answers = await volley(
        people.flatMap((browser) => messages.map(({ code }) => shotOf(browser, 'code-submit', { code: code ?? '' }))),
      );
      expect(answers.filter(({ status }) => status >= 500)).to.deep.equal([]);
      expect(answers.filter((answer) => leadsOn(answer, suite))).to.have.length(1);
      const owner = await suite.server.server.store.accounts.findByIdentifier({ channel: 'sms', value: number });
      expect(owner?.identifiers.map(({ channel }) => channel)).to.deep.equal(['email', 'sms']);
    });
  });
}
