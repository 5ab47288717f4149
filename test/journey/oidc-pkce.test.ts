import { expect } from 'chai';
import { parametersOf, useServer } from '../support/journey.ts';
import type { Parameters } from '../support/relying-party.ts';

describe('OpenID Connect: PKCE (R-38)', () => {
  const suite = useServer();

  /** An authorization code for a request with these parameters. */
  async function codeFor(clientId: string, parameters: Parameters): Promise<{ code: string; verifier: string }> {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    const { verifier } = await suite.begin(browser, { clientId, parameters });
    if (browser.stoppedAt === null) await browser.click('consent-allow');
    return { code: browser.landedAt().searchParams.get('code') ?? '', verifier };
  }

  const without = { code_challenge: undefined, code_challenge_method: undefined };

  for (const [what, parameters] of [
    ['nothing', without],
    ['a challenge without its method', { code_challenge_method: undefined }],
    ['method plain', { code_challenge_method: 'plain' }],
    ['a method nobody knows', { code_challenge_method: 's256' }],
    ['a method without a challenge', { code_challenge: undefined }],
    ['a challenge that is too short', { code_challenge: 'x'.repeat(42) }],
    ['a challenge with other characters', { code_challenge: `${'x'.repeat(42)}+` }],
  ] as const) {
    it(`refuses a request with ${what}, at the application it came from`, async () => {
      for (const clientId of ['demo', 'demo-third-party']) {
        const browser = suite.browser();
        const { state } = await suite.begin(browser, { clientId, parameters });
        expect(parametersOf(browser.landedAt())).to.include({
          error: 'invalid_request',
          state,
          iss: suite.server.issuer,
        });
      }
    });
  }

  for (const [what, verifierOf] of [
    ['no verifier', () => undefined],
    ['a wrong verifier', () => 'x'.repeat(43)],
    ['a short verifier', () => 'x'.repeat(42)],
    ['the challenge instead of the verifier', (challenge: string) => challenge],
  ] as const) {
    it(`refuses to exchange a code with ${what}`, async () => {
      const browser = suite.browser();
      await suite.signIn(browser, suite.address());
      const { url, verifier } = await suite.begin(browser);
      const code = browser.landedAt().searchParams.get('code') ?? '';
      const party = await suite.party();
      const challenge = url.searchParams.get('code_challenge') ?? '';
      const answer = await party.exchange(code, verifier, { code_verifier: verifierOf(challenge) });
      expect(answer.status).to.equal(400);
      expect(answer.body.error).to.be.oneOf(['invalid_grant', 'invalid_request']);
      expect(answer.body).not.to.have.any.keys('access_token', 'id_token', 'refresh_token');
    });
  }

  it('is lifted for the one client an administrator lifted it for', async () => {
    const { code } = await codeFor('demo-backend', without);
    const party = await suite.party('demo-backend');
    const { status, body } = await party.exchange(code, '', { code_verifier: undefined });
    expect(status).to.equal(200);
    expect(body).to.include.keys('access_token', 'id_token');
  });

  it('refuses a verifier where there was no challenge: somebody stripped it (RFC 9700 §2.1.1)', async () => {
    const { code, verifier } = await codeFor('demo-backend', without);
    const { status, body } = await (await suite.party('demo-backend')).exchange(code, verifier);
    expect(status).to.equal(400);
    expect(body.error).to.equal('invalid_grant');
  });

  it('still counts at that client where it is used', async () => {
    const { code } = await codeFor('demo-backend', {});
    const party = await suite.party('demo-backend');
    expect((await party.exchange(code, '', { code_verifier: undefined })).status).to.equal(400);
    const browser = suite.browser();
    await suite.begin(browser, { clientId: 'demo-backend', parameters: { code_challenge_method: 'plain' } });
    expect(parametersOf(browser.landedAt())).to.include({ error: 'invalid_request' });
  });
});
