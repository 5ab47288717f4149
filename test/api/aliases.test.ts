import { expect } from 'chai';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { createBackend } from '../support/api.ts';
import { useServer } from '../support/journey.ts';

const FORM = 'application/x-www-form-urlencoded';

describe('API: the engine by the names that unchanged clients know', function () {
  this.timeout(20_000);
  const suite = useServer();
  const backend = createBackend(suite);

  const json = async (path: string): Promise<Record<string, unknown>> =>
    (await (await fetch(suite.server.issuer + path)).json()) as Record<string, unknown>;

  const form = (path: string, fields: Record<string, string>) =>
    backend.call(path, {
      token: null,
      headers: { 'content-type': FORM },
      body: new URLSearchParams({
        client_id: 'demo-backend',
        client_secret: 'demo-backend-secret',
        ...fields,
      }).toString(),
    });

  for (const path of ['/oidc/token', '/cis/oidc/token', '/OIDC/token/']) {
    it(`${path} is the token endpoint`, async () => {
      const { status, headers, body } = await form(path, { grant_type: 'client_credentials' });
      expect(status).to.equal(200);
      expect(headers['cache-control']).to.equal('no-store');
      expect(body).to.include({ token_type: 'Bearer', expires_in: 3600 });
      const keys = (await json('/cis/oidc/jwks')) as unknown as JSONWebKeySet;
      const { protectedHeader } = await jwtVerify(String(body.access_token), createLocalJWKSet(keys));
      expect(protectedHeader).to.include({ alg: 'RS256', typ: 'at+jwt' });
      const wrong = await form(path, { grant_type: 'client_credentials', client_secret: 'wrong' });
      expect(wrong.status).to.equal(401);
      expect(wrong.body.error).to.equal('invalid_client');
    });
  }

  it('keys and discovery are the same at both addresses, of one issuer', async () => {
    expect(await json('/cis/oidc/jwks')).to.deep.equal(await json('/jwks'));
    const discovery = await json('/cis/oidc/.well-known/openid-configuration');
    expect(discovery).to.deep.equal(await json('/.well-known/openid-configuration'));
    expect(discovery.issuer).to.equal(suite.server.issuer);
    expect(discovery.token_endpoint).to.equal(`${suite.server.issuer}/token`);
  });

  it('a browser that is sent to /cis/oidc/auth signs in, and a mistake there is a page', async () => {
    const party = await suite.party('demo-backend');
    const started = await party.start({ scope: 'openid email' });
    const browser = suite.browser();
    const url = new URL(started.url);
    url.pathname = '/cis/oidc/auth';
    await browser.get(url);
    const address = suite.address();
    const code = await suite.askForCode(browser, address);
    await browser.submit('code-submit', { code });
    const { tokens } = await suite.finish(browser, started, 'demo-backend');
    expect(tokens.claims()).to.include({ email: address, iss: suite.server.issuer });
    const mistake = await browser.get(new URL('/cis/oidc/auth?client_id=nobody', suite.server.issuer));
    expect(mistake.status).to.equal(400);
    expect(mistake.text).to.contain('made a mistake');
  });

  it('/cis/oidc/me and /cis/oidc/request answer as /me and /request do', async () => {
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    const me = await backend.call('/cis/oidc/me', { method: 'GET', token: tokens.access_token });
    expect(me.body.sub).to.equal(tokens.claims()?.sub);
    const pushed = await form('/cis/oidc/request', {
      response_type: 'code',
      redirect_uri: `${suite.server.application}/callback`,
      scope: 'openid',
    });
    expect(pushed.status).to.equal(201);
    expect(pushed.body.request_uri).to.be.a('string');
  });
});

describe('API: what anybody may make the server write, by any name (R-21)', () => {
  const few = JSON.stringify([{ limit: 3, windowSeconds: 60 }]);
  const suite = useServer({ env: { BUDGETS_INTERACTIONS_PER_NETWORK: few } });

  it('is bounded together', async () => {
    const { url } = await (await suite.party()).start();
    const statuses: number[] = [];
    for (const path of ['/auth', '/cis/oidc/auth', '/CIS/oidc/auth/', '/cis/oidc/auth', '/auth']) {
      const target = new URL(url);
      target.pathname = path;
      statuses.push((await fetch(target, { redirect: 'manual' })).status);
    }
    expect(statuses).to.deep.equal([303, 303, 303, 429, 429]);
  });
});
