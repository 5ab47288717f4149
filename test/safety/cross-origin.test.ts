import { expect } from 'chai';
import { useServer } from '../support/journey.ts';
import { send, type WireResponse } from '../support/wire.ts';

const SPA = 'https://spa.example.test';
const EVIL = 'https://evil.example.test';
const CREDENTIALS = `Basic ${Buffer.from('demo:demo-secret').toString('base64')}`;
const FORM = 'application/x-www-form-urlencoded';

describe('safety: which pages may read our answers (R-58)', function () {
  this.timeout(20_000);
  const clients = [{ id: 'spa', type: 'spa', redirectUris: [`${SPA}/callback`], firstParty: true, keepSignedIn: true }];
  const suite = useServer({ settings: { clients } });

  const ask = (method: string, path: string, headers: Record<string, string>, body: string | null = null) =>
    send({ method, url: new URL(path, suite.server.issuer), headers, body });
  const allowed = ({ headers }: WireResponse): unknown => headers['access-control-allow-origin'];

  it('none but our own read the pages of a sign-in', async () => {
    const { url } = await (await suite.party()).start();
    const paths = [
      `${url.pathname}${url.search}`,
      '/interaction/x',
      '/interaction/x/code',
      '/auth/x',
      '/',
      '/session/end',
    ];
    for (const path of [...paths, '/dev/inbox', '/dev/inbox.json', '/health/ready', '/assets/main.css', '/nothing']) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const preflight = method === 'OPTIONS' ? { 'access-control-request-method': 'POST' } : {};
        const answer = await ask(method, path, { origin: SPA, ...preflight });
        expect(
          Object.keys(answer.headers).filter((name) => name.startsWith('access-control-')),
          path,
        ).to.deep.equal([]);
      }
    }
  });

  const refresh = (origin: string, token = 'x', client = 'spa'): Promise<WireResponse> =>
    ask(
      'POST',
      '/token',
      { origin, 'content-type': FORM, ...(client === 'demo' ? { authorization: CREDENTIALS } : {}) },
      new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: token,
        ...(client === 'demo' ? {} : { client_id: client }),
      }).toString(),
    );

  it('at the token endpoint only the registered origins of the client', async () => {
    expect(allowed(await refresh(SPA))).to.equal(SPA);
    for (const origin of [
      EVIL,
      'null',
      'http://spa.example.test',
      `${SPA}:8443`,
      'https://spa.example.test.evil.example',
    ]) {
      const answer = await refresh(origin);
      expect(answer.status, origin).to.equal(400);
      expect(allowed(answer), origin).to.equal(undefined);
    }
    expect(allowed(await refresh(SPA, 'x', 'demo'))).to.equal(undefined);
  });

  it('at userinfo only the registered origins of the token’s client', async () => {
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    const authorization = `Bearer ${tokens.access_token}`;
    for (const origin of [SPA, EVIL, 'null']) {
      const answer = await ask('GET', '/me', { origin, authorization });
      expect(allowed(answer), origin).to.equal(undefined);
      expect(answer.body, origin).to.not.include('sub');
    }
    const own = await ask('GET', '/me', { origin: suite.server.application, authorization });
    expect(allowed(own)).to.equal(suite.server.application);
    expect(JSON.parse(own.body)).to.have.property('sub');
  });

  // The engine named every origin until it knew the client, `null` included.
  it('an opaque origin is nobody’s, whatever it asks for', async () => {
    const paths = ['/token', '/me', '/token/revocation', '/token/introspection', '/request', '/jwks'];
    for (const path of [...paths, '/.well-known/openid-configuration']) {
      for (const method of ['OPTIONS', 'GET', 'POST']) {
        const answer = await ask(method, path, { origin: 'null', 'access-control-request-method': 'POST' });
        expect(allowed(answer), `${method} ${path}`).to.equal(undefined);
      }
    }
    expect(allowed(await refresh('null', 'x', 'nobody'))).to.equal(undefined);
  });

  it('nobody may send cookies along', async () => {
    for (const path of ['/token', '/me', '/jwks', '/.well-known/openid-configuration']) {
      for (const method of ['OPTIONS', 'GET', 'POST']) {
        const answer = await ask(method, path, { origin: SPA, 'access-control-request-method': 'POST' });
        expect(answer.headers['access-control-allow-credentials'], path).to.equal(undefined);
      }
    }
  });
});
