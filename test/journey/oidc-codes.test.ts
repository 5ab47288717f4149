import { expect } from 'chai';
import { decodeProtectedHeader } from 'jose';
import { useServer } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';

describe('OpenID Connect: the exchange of a code', () => {
  const suite = useServer();

  /** A code of somebody new, not yet exchanged. */
  async function freshCode(clientId = 'demo'): Promise<{ code: string; verifier: string }> {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    const { verifier } = await suite.begin(browser, { clientId });
    return { code: browser.landedAt().searchParams.get('code') ?? '', verifier };
  }

  it('gives an ID token signed with RS256 by a published key (R-43)', async () => {
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    const header = decodeProtectedHeader(tokens.id_token ?? '');
    const { keys } = (await (await fetch(`${suite.server.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
    expect(header.alg).to.equal('RS256');
    expect(keys.map(({ kid }) => kid)).to.include(header.kid);
    expect(tokens.token_type).to.equal('bearer');
    expect(tokens.expires_in).to.equal(3600);
  });

  it('answers no cache may keep', async () => {
    const { code, verifier } = await freshCode();
    const { headers } = await (await suite.party()).exchange(code, verifier);
    expect(headers.get('cache-control')).to.equal('no-store');
  });

  it('works once; a second time is refused and takes all tokens of the first along (R-40)', async () => {
    const { code, verifier } = await freshCode();
    const party = await suite.party();
    const first = await party.exchange(code, verifier);
    const accessToken = String(first.body.access_token);
    const { active, sub } = await party.introspect(accessToken);
    expect(active).to.equal(true);

    const second = await party.exchange(code, verifier);
    expect(second.status).to.equal(400);
    expect(second.body.error).to.equal('invalid_grant');
    expect(await party.introspect(accessToken)).to.deep.equal({ active: false });
    expect((await rejectionOf(party.userinfo(accessToken))).message).to.be.a('string');
    const refreshed = await party.token({
      grant_type: 'refresh_token',
      refresh_token: String(first.body.refresh_token),
    });
    expect(refreshed.body.error).to.equal('invalid_grant');
    const reuses = await suite.events({ type: 'token.reused', accountId: String(sub) });
    expect(reuses).to.have.length(1);
    expect(reuses[0]).to.include({ clientId: 'demo', reason: 'authorization code' });
  });

  it('is too late after a minute', async () => {
    const time = suite.freeze();
    const [early, late] = [await freshCode(), await freshCode()];
    const party = await suite.party();
    time.advance(59_000);
    expect((await party.exchange(early.code, early.verifier)).status).to.equal(200);
    time.advance(2_000);
    const answer = await party.exchange(late.code, late.verifier);
    expect(answer.status).to.equal(400);
    expect(answer.body.error).to.equal('invalid_grant');
  });

  it('belongs to its client, even when another one knows the verifier', async () => {
    const { code, verifier } = await freshCode();
    const stolen = await (await suite.party('demo-backend')).exchange(code, verifier);
    expect(stolen.status).to.equal(400);
    expect(stolen.body.error).to.equal('invalid_grant');
  });

  it('needs the redirect URI it was made for', async () => {
    for (const redirect of [undefined, `${suite.server.application}/`, `${suite.server.application}/callback/`]) {
      const { code, verifier } = await freshCode();
      const party = await suite.party();
      expect((await party.exchange(code, verifier, { redirect_uri: redirect })).status).to.equal(400);
    }
  });

  it('refuses what is no code, and other kinds of token in its place (R-45)', async () => {
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    const party = await suite.party();
    for (const code of ['', 'x', tokens.access_token, tokens.refresh_token ?? '', tokens.id_token ?? '']) {
      const answer = await party.exchange(code, 'x'.repeat(43));
      expect(answer.status).to.equal(400);
      expect(answer.body.error).to.be.oneOf(['invalid_grant', 'invalid_request']);
    }
  });

  it('has no password grant, no implicit one, and none it does not list (R-43)', async () => {
    const party = await suite.party();
    for (const grant of [
      'password',
      'implicit',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'urn:openid:params:grant-type:ciba',
    ]) {
      const answer = await party.token({ grant_type: grant, username: 'ada', password: 'secret', scope: 'openid' });
      expect(answer.status).to.equal(400);
      expect(answer.body.error, grant).to.equal('unsupported_grant_type');
    }
  });

  it('refuses token requests that are ambiguous (R-53)', async () => {
    const { code, verifier } = await freshCode();
    const credentials = Buffer.from('demo:demo-secret').toString('base64');
    const redirect = `${suite.server.application}/callback`;
    const form = new URLSearchParams({ grant_type: 'authorization_code', code, code_verifier: verifier });
    form.append('redirect_uri', redirect);
    form.append('code', code);
    const response = await fetch(`${suite.server.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` },
      body: form,
    });
    expect(response.status).to.equal(400);
    const json = await fetch(`${suite.server.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirect }),
    });
    expect(json.status).to.equal(400);
  });
});
