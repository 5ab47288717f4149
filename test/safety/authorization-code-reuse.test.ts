import { expect } from 'chai';
import { STORES, times, waitForCode } from '../support/attack.ts';
import { enterCode, useServer } from '../support/journey.ts';
import type { RawAnswer } from '../support/relying-party.ts';

const PARALLEL = 20;
const ROUNDS = 5;
const DEAD = { introspected: false, userinfo: false, refreshed: false };

for (const { name, overrides } of STORES) {
  describe(`safety: an authorization code is good for one exchange (R-40), on ${name}`, function () {
    this.timeout(30_000);
    const suite = useServer({ overrides });

    async function freshCode(): Promise<{ code: string; verifier: string }> {
      const { browser, started, code } = await waitForCode(suite, suite.address());
      await enterCode(browser, code);
      return { code: browser.landedAt().searchParams.get('code') ?? '', verifier: started.verifier };
    }

    /** What an application can still do with the tokens of an answer. */
    async function lifeOf({ body }: RawAnswer): Promise<typeof DEAD> {
      const party = await suite.party();
      const accessToken = String(body.access_token);
      const { active } = await party.introspect(accessToken);
      const userinfo = await party.userinfo(accessToken).then(
        () => true,
        () => false,
      );
      const parameters = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
      return { introspected: active, userinfo, refreshed: (await party.token(parameters)).status === 200 };
    }

    it(`${PARALLEL} exchanges at once succeed at most once and leave no live tokens, ${ROUNDS} times`, async () => {
      const party = await suite.party();
      for (let round = 0; round < ROUNDS; round += 1) {
        const { code, verifier } = await freshCode();
        const answers = await Promise.all(times(PARALLEL, () => party.exchange(code, verifier)));
        const successes = answers.filter(({ status }) => status === 200);
        expect(successes.length).to.be.at.most(1);
        // All others were a reuse, and a reuse ends everything that came of the code.
        for (const success of successes) expect(await lifeOf(success)).to.deep.equal(DEAD);
        const refusals = answers.filter(({ status }) => status !== 200).map(({ body }) => body.error);
        expect(refusals).to.deep.equal(refusals.map(() => 'invalid_grant'));
      }
    });

    it('a later reuse ends the tokens of the first exchange', async () => {
      const party = await suite.party();
      const { code, verifier } = await freshCode();
      const first = await party.exchange(code, verifier);
      expect((await party.introspect(String(first.body.access_token))).active).to.equal(true);
      expect((await party.exchange(code, verifier)).body.error).to.equal('invalid_grant');
      expect(await lifeOf(first)).to.deep.equal(DEAD);
    });

    it('a code dies after a minute', async () => {
      const time = suite.freeze();
      const { code, verifier } = await freshCode();
      time.advance(61_000);
      expect((await (await suite.party()).exchange(code, verifier)).body.error).to.equal('invalid_grant');
    });

    it('a code is void for another client, without its verifier, and with another redirect URI (R-38)', async () => {
      const [party, other] = await Promise.all([suite.party(), suite.party('demo-backend')]);
      const { code, verifier } = await freshCode();
      const tries = [
        await other.exchange(code, verifier),
        await party.exchange(code, verifier, { code_verifier: undefined }),
        await party.exchange(code, `${verifier}x`),
        await party.exchange(code, verifier, { redirect_uri: `${suite.server.application}/callback/` }),
      ];
      expect(tries.map(({ status }) => status)).to.deep.equal([400, 400, 400, 400]);
    });

    it('the browser of a reused code stays signed in and gets a new one', async () => {
      const browser = suite.browser();
      const { callback, started } = await suite.signIn(browser, suite.address());
      await (await suite.party()).exchange(callback.searchParams.get('code') ?? '', started.verifier);
      const { tokens } = await suite.finish(browser, await suite.begin(browser));
      expect((await (await suite.party()).introspect(tokens.access_token)).active).to.equal(true);
    });
  });
}
