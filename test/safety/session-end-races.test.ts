import { expect } from 'chai';
import { openAccount } from '../support/account.ts';
import { locationOf, STORES, shotOf, times, visitOf, volley } from '../support/attack.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';
import type { RawAnswer, RelyingParty } from '../support/relying-party.ts';
import { send, type WireRequest } from '../support/wire.ts';

const ROUNDS = 3;
const PARALLEL = 10;
/** So many moments during an end at which a sign-in arrives. */
const DELAYS = 16;
const OFFLINE = { parameters: { scope: 'openid email offline_access', prompt: 'consent' } };

for (const { name, overrides } of STORES) {
  describe(`safety: what somebody has signed out elsewhere stays out (R-35), on ${name}`, function () {
    this.timeout(60_000);
    const suite = useServer({ overrides });

    const refresh = async (party: RelyingParty, token: unknown): Promise<RawAnswer> =>
      party.token({ grant_type: 'refresh_token', refresh_token: String(token) });

    /** What another browser of its owner sends to end the only other sign-in. */
    async function endOf(address: string): Promise<WireRequest> {
      const here = suite.browser();
      await openAccount(suite, here, address, '/account/sessions');
      return shotOf(here, 'session-end-1');
    }

    /** Ends the other sign-in in the middle of other requests, which arrive one after the other. */
    async function endAmong(address: string, others: () => Promise<unknown>): Promise<void> {
      const end = await endOf(address);
      const arriving = times(PARALLEL, (index) => later(index).then(others));
      await Promise.all([...arriving, later(PARALLEL / 2).then(() => send(end))]);
    }

    async function expectDead(party: RelyingParty, { body }: RawAnswer): Promise<void> {
      expect(await party.introspect(String(body.access_token))).to.deep.equal({ active: false });
      if (body.refresh_token !== undefined) expect((await refresh(party, body.refresh_token)).status).to.equal(400);
    }

    it('refreshes on their way leave no live token', async () => {
      const party = await suite.party();
      for (let round = 0; round < ROUNDS; round += 1) {
        const address = suite.address();
        const { tokens } = await suite.signIn(suite.browser(), address, OFFLINE);
        const answers: RawAnswer[] = [];
        await endAmong(address, async () => answers.push(await refresh(party, tokens.refresh_token)));
        for (const answer of answers.filter(({ status }) => status === 200)) await expectDead(party, answer);
        expect((await refresh(party, tokens.refresh_token)).status).to.equal(400);
      }
    });

    /** A tab that has agreed to offline access and waits to go on with it. */
    async function agreed(browser: Browser): Promise<{ readonly onward: URL; readonly verifier: string }> {
      const { verifier } = await suite.begin(browser, OFFLINE);
      const [answer] = await volley([shotOf(browser, 'consent-allow')]);
      const onward = answer === undefined ? null : locationOf(answer, suite);
      if (onward === null) throw new Error('nobody agreed');
      return { onward, verifier };
    }

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
        for (const answer of tokens) await expectDead(party, answer);
        exchanged += tokens.length;
      }
      expect(exchanged, 'some were in time').to.be.greaterThan(0);
    });

    it('a sign-in on its way to an application leaves no code that is good for anything', async () => {
      const party = await suite.party();
      for (let delay = 0; delay < DELAYS; delay += 1) {
        const [lost, address] = [suite.browser(), suite.address()];
        await openAccount(suite, lost, address);
        const { onward, verifier } = await agreed(lost);
        const [visit, end] = [visitOf(lost, onward), await endOf(address)];
        const [, answer] = await Promise.all([send(end), later(delay).then(() => send(visit))]);
        const { code } = parametersOf(locationOf(answer, suite) ?? onward);
        if (code !== undefined) {
          const exchanged = await party.exchange(code, verifier);
          if (exchanged.status === 200) await expectDead(party, exchanged);
        }
        await expectSignedOut(lost);
      }
    });

    /** After so many calls of the store, which take time on a distant one. */
    async function later(calls: number): Promise<void> {
      for (let made = 0; made < calls; made += 1) await suite.server.server.store.ping();
    }

    /** By silent requests at an application that has a grant, and at one that has none. */
    async function expectSignedOut(browser: Browser): Promise<void> {
      for (const client of ['demo', 'demo-backend']) {
        const { url } = await (await suite.party(client)).start({ prompt: 'none' });
        const back = locationOf(await send(visitOf(browser, url)), suite);
        expect(back?.searchParams.get('error'), client).to.equal('login_required');
      }
      await browser.get(`${suite.server.issuer}/account`);
      expect(browser.page.url.pathname).to.match(/^\/interaction\//);
    }

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
