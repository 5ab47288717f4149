import { expect } from 'chai';
import { times, waitForCode } from '../support/attack.ts';
import { enterCode } from '../support/journey.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import type { RawAnswer, Tokens } from '../support/relying-party.ts';
import { useNodes } from './nodes.ts';

const PARALLEL = 20;
const ROUNDS = 3;

describeWithMongo('nodes: tokens are of all nodes, or of none (R-40, R-41, R-81)', (server) => {
  const { suite } = useNodes(server);

  const refresh = async (token: unknown): Promise<RawAnswer> =>
    (await suite.party()).token({ grant_type: 'refresh_token', refresh_token: String(token) });
  const isActive = async (token: unknown): Promise<boolean> =>
    (await (await suite.party()).introspect(String(token))).active;
  const freshTokens = async (): Promise<Tokens> => (await suite.signIn(suite.browser(), suite.address())).tokens;

  it(`${PARALLEL} exchanges of one code at once never leave tokens alive, ${ROUNDS} times`, async () => {
    const party = await suite.party();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { browser, started, code } = await waitForCode(suite, suite.address());
      await enterCode(browser, code);
      const authorizationCode = browser.landedAt().searchParams.get('code') ?? '';
      const answers = await Promise.all(times(PARALLEL, () => party.exchange(authorizationCode, started.verifier)));
      const won = answers.filter(({ status }) => status === 200);
      expect(won.length).to.be.at.most(1);
      for (const { body } of won) {
        expect(await isActive(body.access_token)).to.equal(false);
        expect((await refresh(body.refresh_token)).status).to.equal(400);
      }
      const refusals = answers.filter(({ status }) => status !== 200).map(({ body }) => body.error);
      expect(new Set(refusals)).to.deep.equal(new Set(['invalid_grant']));
    }
  });

  it(`${PARALLEL} uses of one refresh token at once yield one successor, ${ROUNDS} times`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { refresh_token: token } = await freshTokens();
      const answers = await Promise.all(times(PARALLEL, () => refresh(token)));
      expect(answers.map(({ status }) => status)).to.deep.equal(times(PARALLEL, () => 200));
      const [successor, ...others] = new Set(answers.map(({ body }) => body.refresh_token));
      expect(others).to.deep.equal([]);
      expect((await refresh(successor)).status).to.equal(200);
    }
  });

  it('a lost answer is given again by another node, and a theft ends the family on all of them (R-42)', async () => {
    const time = suite.freeze();
    const { refresh_token: token } = await freshTokens();
    const first = await refresh(token);
    time.advance(9_000);
    expect((await refresh(token)).body.refresh_token).to.equal(first.body.refresh_token);
    time.advance(2_000);
    expect((await refresh(token)).body.error).to.equal('invalid_grant');
    for (let node = 0; node < 3; node += 1) {
      expect((await refresh(first.body.refresh_token)).body.error).to.equal('invalid_grant');
      expect(await isActive(first.body.access_token)).to.equal(false);
    }
  });

  it('refreshes that race with a revocation on another node leave nothing alive', async () => {
    const party = await suite.party();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { refresh_token: token = '' } = await freshTokens();
      const [, ...answers] = await Promise.all([party.revoke(token), ...times(12, () => refresh(token))]);
      for (const { body } of answers.filter(({ status }) => status === 200)) {
        expect(await isActive(body.access_token)).to.equal(false);
        expect((await refresh(body.refresh_token)).status).to.equal(400);
      }
    }
  });
});
