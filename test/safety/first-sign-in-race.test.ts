import { expect } from 'chai';
import { PLENTY, STORES, times, type Waiting, waitForCode } from '../support/attack.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { freePort } from '../support/server.ts';

const PARALLEL = 50;
/** As many codes of one address as may be open at one application. */
const PER_APPLICATION = 3;
const APPLICATIONS = Math.ceil(PARALLEL / PER_APPLICATION);

for (const { name, overrides } of STORES) {
  const port = await freePort();
  const clients = times(APPLICATIONS, (index) => ({
    id: `app-${index}`,
    secret: `app-${index}-secret`,
    firstParty: true,
    redirectUris: [`http://localhost:${port + 1}/callback`],
  }));

  describe(`safety: one new address, one account (R-30), on ${name}`, function () {
    this.timeout(30_000);
    const suite = useServer({
      overrides,
      port,
      settings: { clients },
      // A guess is paid for before it is looked at, so that fifty right ones at once are more than an hour allows.
      env: { BUDGETS_SENDS_PER_IDENTIFIER: PLENTY, BUDGETS_FAILURES_PER_IDENTIFIER: PLENTY },
    });

    it(`${PARALLEL} first sign-ins with one address at once end with one account and one sub`, async () => {
      const address = suite.address();
      const waiting: { at: string; person: Waiting }[] = [];
      while (waiting.length < PARALLEL) {
        const at = `app-${waiting.length % APPLICATIONS}`;
        waiting.push({ at, person: await waitForCode(suite, address, { clientId: at }) });
      }
      await Promise.all(waiting.map(({ person }) => enterCode(person.browser, person.code)));
      const subjects = await Promise.all(
        waiting.map(async ({ at, person }) => {
          const { tokens } = await suite.finish(person.browser, person.started, at);
          return tokens.claims()?.sub;
        }),
      );
      expect(new Set(subjects).size).to.equal(1);
      const { accounts, events } = suite.server.server.store;
      expect((await accounts.findByIdentifier({ channel: 'email', value: address }))?.id).to.equal(subjects[0]);
      expect(await events.list({ type: 'account.created' }, 10)).to.have.length(1);
    });
  });
}
