import { expect } from 'chai';
import { leadsOn, locationOf, STORES, shotOf, times, visitOf, volley, waitForCode } from '../support/attack.ts';
import { useServer } from '../support/journey.ts';

const ROUNDS = 20;
const PARALLEL = 50;

for (const { name, overrides } of STORES) {
  describe(`safety: one code, one success (R-03), on ${name}`, function () {
    this.timeout(30_000);
    const suite = useServer({ overrides });

    /** One browser's right code, submitted by everybody who has its cookies. */
    async function round(): Promise<{ successes: number; authorizationCodes: number }> {
      const { browser, uid, code } = await waitForCode(suite, suite.address());
      const shot = shotOf(browser, 'code-submit', { code });
      const answers = await volley(times(PARALLEL, () => shot));
      expect(answers.filter(({ status }) => status >= 500)).to.deep.equal([]);
      const onward = answers.filter((answer) => leadsOn(answer, suite));
      const resume = visitOf(browser, new URL(`/auth/${uid}`, suite.server.issuer));
      const followed = await volley(times(onward.length + 10, () => resume));
      const codes = followed.filter((answer) => locationOf(answer, suite)?.searchParams.has('code') === true);
      return { successes: onward.length, authorizationCodes: codes.length };
    }

    it(`${PARALLEL} right submissions at once succeed once and give one authorization code, ${ROUNDS} times`, async () => {
      const rounds: Awaited<ReturnType<typeof round>>[] = [];
      while (rounds.length < ROUNDS) rounds.push(await round());
      expect(rounds).to.deep.equal(times(ROUNDS, () => ({ successes: 1, authorizationCodes: 1 })));
    });
  });
}
