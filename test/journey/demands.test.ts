import { expect } from 'chai';
import { parametersOf, useServer } from '../support/journey.ts';

const OURS = 'urn:countersign:acr:1fa';

describe('journey: what an application insists on', () => {
  const suite = useServer();

  it('id_token_hint: goes on silently for that person, and not for another one', async () => {
    const [browser, other] = [suite.browser(), suite.browser()];
    const one = await suite.signIn(browser, suite.address());
    const two = await suite.signIn(other, suite.address());
    const silent = (hint: string | undefined) => ({ parameters: { prompt: 'none', id_token_hint: hint } });
    await suite.begin(browser, silent(one.tokens.id_token));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
    await suite.begin(browser, silent(two.tokens.id_token));
    expect(parametersOf(browser.landedAt())).to.include({ error: 'login_required' });
    await suite.begin(browser, { parameters: { id_token_hint: two.tokens.id_token } });
    expect(browser.page.has('identifier')).to.equal(true);
  });

  for (const [what, acr] of [
    ['another one', { essential: true, value: 'urn:other' }],
    ['one of several others', { essential: true, values: ['urn:other', 'urn:another'] }],
  ] as const) {
    it(`acr, ${what}: is told that there is no such thing, and nobody is asked for codes in vain`, async () => {
      const browser = suite.browser();
      const claims = JSON.stringify({ id_token: { acr } });
      const { state } = await suite.begin(browser, { parameters: { claims } });
      const expected = { error: 'unmet_authentication_requirements', state, iss: suite.server.issuer };
      expect(parametersOf(browser.landedAt())).to.include(expected);
      await suite.signIn(browser, suite.address());
      await suite.begin(browser, { parameters: { claims } });
      expect(parametersOf(browser.landedAt())).to.include({ error: 'unmet_authentication_requirements' });
    });
  }

  for (const acr of [
    { essential: true, values: ['urn:other', OURS] },
    { essential: true, value: OURS },
    { value: 'x' },
  ]) {
    it(`acr ${JSON.stringify(acr)}: is content with ours, after one code`, async () => {
      const [browser, address] = [suite.browser(), suite.address()];
      const claims = JSON.stringify({ id_token: { acr } });
      const { tokens } = await suite.signIn(browser, address, { parameters: { claims } });
      expect(tokens.claims()?.acr).to.equal(OURS);
      expect(await suite.server.inbox(address)).to.have.length(1);
    });
  }

  it('acr, in a shape nobody understands: is refused as a request', async () => {
    for (const values of ['urn:other', 5, {}]) {
      const browser = suite.browser();
      const claims = JSON.stringify({ id_token: { acr: { essential: true, values } } });
      await suite.begin(browser, { parameters: { claims } });
      expect(parametersOf(browser.landedAt())).to.include({ error: 'invalid_request' });
    }
  });

  it('acr_values: are wishes; the ID token says what is true', async () => {
    const parameters = { acr_values: 'urn:other phr' };
    const { tokens } = await suite.signIn(suite.browser(), suite.address(), { parameters });
    expect(tokens.claims()?.acr).to.equal(OURS);
  });

  it('state: comes back as it was, long or strange', async () => {
    for (const state of ['x'.repeat(4_500), '"<script>&=;%00 ü🔑', '__proto__']) {
      const { callback } = await suite.signIn(suite.browser(), suite.address(), { parameters: { state } });
      expect(callback.searchParams.get('state')).to.equal(state);
    }
  });
});
