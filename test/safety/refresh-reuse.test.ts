import { expect } from 'chai';
import { STORES, times } from '../support/attack.ts';
import { useServer } from '../support/journey.ts';
import type { RawAnswer, Tokens } from '../support/relying-party.ts';

const PARALLEL = 20;
const ROUNDS = 3;

for (const { name, overrides } of STORES) {
  describe(`safety: a refresh token has one successor (R-41, R-42), on ${name}`, function () {
    this.timeout(30_000);
    const suite = useServer({ overrides });

    const refresh = async (token: unknown, clientId?: string): Promise<RawAnswer> =>
      (await suite.party(clientId)).token({ grant_type: 'refresh_token', refresh_token: String(token) });
    const isActive = async (token: unknown): Promise<boolean> =>
      (await (await suite.party()).introspect(String(token))).active;
    const freshTokens = async (): Promise<Tokens> =>
      (await suite.signIn(suite.browser(), suite.address(), { parameters: { scope: 'openid email' } })).tokens;

    it(`${PARALLEL} uses at once yield the same successor, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { refresh_token: token } = await freshTokens();
        const answers = await Promise.all(times(PARALLEL, () => refresh(token)));
        expect(answers.map(({ status }) => status)).to.deep.equal(times(PARALLEL, () => 200));
        const [successor, ...others] = new Set(answers.map(({ body }) => body.refresh_token));
        expect(others).to.deep.equal([]);
        expect(successor).to.not.equal(token);
        expect((await refresh(successor)).status).to.equal(200);
      }
    });

    it('within ten seconds the same successor, afterwards the whole family is dead', async () => {
      const time = suite.freeze();
      const { refresh_token: token } = await freshTokens();
      const first = await refresh(token);
      time.advance(9_000);
      const again = await refresh(token);
      expect(again.body.refresh_token).to.equal(first.body.refresh_token);
      time.advance(2_000);
      expect((await refresh(token)).body.error).to.equal('invalid_grant');
      expect((await refresh(first.body.refresh_token)).body.error).to.equal('invalid_grant');
      expect(await isActive(first.body.access_token)).to.equal(false);
      expect(await isActive(again.body.access_token)).to.equal(false);
    });

    it(`after ten seconds ${PARALLEL} uses at once get nothing, and end what the owner gets meanwhile`, async () => {
      const time = suite.freeze();
      const { refresh_token: token } = await freshTokens();
      const { refresh_token: successor } = (await refresh(token)).body;
      time.advance(11_000);
      const [owner, ...thieves] = await Promise.all([refresh(successor), ...times(PARALLEL, () => refresh(token))]);
      expect(thieves.filter(({ status }) => status === 200)).to.deep.equal([]);
      expect((await refresh(successor)).status).to.equal(400);
      // The owner's refresh may have come first; then what it was given is dead by now.
      expect((await refresh(owner?.body.refresh_token)).status).to.equal(400);
      expect(await isActive(owner?.body.access_token)).to.equal(false);
    });

    it('another client gets no successor, and the scope never widens', async () => {
      const { refresh_token: token = '' } = await freshTokens();
      expect((await refresh(token)).status).to.equal(200);
      expect((await refresh(token, 'demo-backend')).body.error).to.equal('invalid_grant');
      const wider = { grant_type: 'refresh_token', refresh_token: token, scope: 'openid email phone' };
      expect((await (await suite.party()).token(wider)).body.error).to.equal('invalid_scope');
    });

    // The engine's own policy spares the grant when an access token is revoked, and with it a refresh on its way.
    for (const revoked of ['access_token', 'refresh_token'] as const) {
      it(`refreshes that race with the revocation of the ${revoked} leave nothing alive`, async () => {
        for (let round = 0; round < ROUNDS; round += 1) {
          const tokens = await freshTokens();
          const [, ...answers] = await Promise.all([
            (await suite.party()).revoke(String(tokens[revoked])),
            ...times(16, () => refresh(tokens.refresh_token)),
          ]);
          for (const { body } of answers.filter(({ status }) => status === 200)) {
            expect(await isActive(body.access_token)).to.equal(false);
            expect((await refresh(body.refresh_token)).status).to.equal(400);
          }
        }
      });
    }
  });
}
