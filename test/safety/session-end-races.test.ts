import { expect } from 'chai';
import { openAccount } from '../support/account.ts';
import { locationOf, STORES, shotOf, times, visitOf, volley } from '../support/attack.ts';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';
import type { RawAnswer } from '../support/relying-party.ts';
import { OFFLINE, signOutElsewhere } from '../support/sign-out-elsewhere.ts';
import { send } from '../support/wire.ts';

const ROUNDS = 3;
const PARALLEL = 10;

for (const { name, overrides } of STORES) {
  describe(`safety: what somebody has signed out elsewhere stays out (R-35), on ${name}`, function () {
    this.timeout(60_000);
    const suite = useServer({ overrides });
    const { endOf, agreed, refresh, expectDead, expectSignedOut } = signOutElsewhere(suite);

    /** After so many calls of the store, which take time on a distant one. */
    async function later(calls: number): Promise<void> {
      for (let made = 0; made < calls; made += 1) await suite.server.server.store.ping();
    }

    /** Ends the other sign-in in the middle of other requests, which arrive one after the other. */
    async function endAmong(address: string, others: () => Promise<unknown>): Promise<void> {
      const end = await endOf(address);
      const arriving = times(PARALLEL, (index) => later(index).then(others));
      await Promise.all([...arriving, later(PARALLEL / 2).then(() => send(end))]);
    }

    it('refreshes on their way leave no live token', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const address = suite.address();
        const { tokens } = await suite.signIn(suite.browser(), address, OFFLINE);
        const answers: RawAnswer[] = [];
        await endAmong(address, async () => answers.push(await refresh(tokens.refresh_token)));
        for (const answer of answers.filter(({ status }) => status === 200)) await expectDead(answer);
        expect((await refresh(tokens.refresh_token)).status).to.equal(400);
      }
    });

    it('code exchanges on their way leave no live token', async () => {
      const party = await suite.party();
      let exchanged = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const [lost, address] = [suite.browser(), suite.address()];
        await suite.signIn(lost, address);
        const codes: { readonly code: string; readonly verifier: string }[] = [];
        while (codes.length < PARALLEL) {
          const { onward, verifier } = await agreed(lost);
          await lost.get(onward);
          codes.push({ code: parametersOf(lost.landedAt()).code ?? '', verifier });
        }
        const answers: RawAnswer[] = [];
        await endAmong(address, async () => {
          const { code = '', verifier = '' } = codes.pop() ?? {};
          answers.push(await party.exchange(code, verifier));
        });
        const tokens = answers.filter(({ status }) => status === 200);
        for (const answer of tokens) await expectDead(answer);
        exchanged += tokens.length;
      }
      expect(exchanged, 'some were in time').to.be.greaterThan(0);
    });

    it('a code that was right before, and that nobody has gone on with yet, signs nobody in afterwards', async () => {
      const [lost, here, address] = [suite.browser(), suite.browser(), suite.address()];
      await suite.begin(lost);
      const code = await suite.askForCode(lost, address);
      const [proven] = await volley([shotOf(lost, 'code-submit', { code })]);
      const onward = proven === undefined ? null : locationOf(proven, suite);
      expect(onward?.pathname).to.match(/^\/auth\//);
      await suite.signIn(suite.browser(), address);
      await openAccount(suite, here, address, '/account/sessions');
      await here.click('sessions-end-others');
      await lost.get(onward ?? '/');
      expect(lost.page.status).to.equal(400);
      await expectSignedOut(lost);
    });

    it('a second tab that was about to go on with the ended session does not bring it back', async () => {
      const [lost, address] = [suite.browser(), suite.address()];
      await suite.begin(lost);
      const second = lost.tab();
      await suite.begin(second);
      await enterCode(lost, await suite.askForCode(lost, address));
      const answer = await send(visitOf(second, second.page.url));
      const onward = locationOf(answer, suite);
      expect(onward?.pathname, 'the sign-in of the first tab answers the second one').to.match(/^\/auth\//);
      await send(await endOf(address));
      await second.get(onward ?? '/');
      await expectSignedOut(second);
    });
  });
}
