import http from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { useServer } from '../support/journey.ts';
import { send, type WireResponse } from '../support/wire.ts';

type Document = Readonly<Record<string, unknown>>;

interface Forged {
  readonly status: number | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const FORGED: readonly Readonly<Record<string, string>>[] = [
  { host: 'evil.example' },
  { 'x-forwarded-host': 'evil.example' },
  { 'x-forwarded-proto': 'https' },
  { 'x-forwarded-host': 'evil.example:443', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
  { forwarded: 'for=1.2.3.4;host=evil.example;proto=https' },
];

describe('OpenID Connect: discovery', () => {
  const suite = useServer();
  const DISCOVERY = '/.well-known/openid-configuration';

  const ask = (method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<WireResponse> =>
    send({ method, url: new URL(path, suite.server.issuer), headers, body: method === 'POST' ? '' : null });

  /** Unlike a browser, with a Host of one's own. */
  const forged = (path: string, headers: Readonly<Record<string, string>>): Promise<Forged> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(suite.server.issuer);
      const request = http.get({ hostname, port, path, headers }, (response) => {
        text(response).then(
          (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
          reject,
        );
      });
      request.on('error', reject);
    });

  const documentOf = async (): Promise<Document> => JSON.parse((await ask('GET', DISCOVERY)).body) as Document;

  it('names the configured issuer, byte for byte, and everything below it (R-52)', async () => {
    const document = await documentOf();
    expect(document.issuer).to.equal(suite.server.issuer);
    for (const [name, value] of Object.entries(document)) {
      if (/_endpoint$|_uri$/.test(name))
        expect(String(value).startsWith(`${suite.server.issuer}/`), name).to.equal(true);
    }
  });

  for (const headers of FORGED) {
    it(`is the same whatever ${Object.keys(headers).join(', ')} say (R-11)`, async () => {
      expect(JSON.parse((await forged(DISCOVERY, headers)).body)).to.deep.equal(await documentOf());
      const { url } = await (await suite.party()).start();
      const answer = await forged(url.pathname + url.search, headers);
      expect(answer.status).to.equal(303);
      const { location = '', 'set-cookie': cookies = [] } = answer.headers;
      expect(new URL(location, suite.server.issuer).origin).to.equal(suite.server.issuer);
      expect(cookies).to.have.length.above(0);
      expect(cookies.join('\n')).not.to.match(/domain=|secure/i);
    });
  }

  it('promises what is kept: code only, S256 only, RS256, iss in every answer, no request objects', async () => {
    expect(await documentOf()).to.deep.include({
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      subject_types_supported: ['public'],
      request_uri_parameter_supported: false,
      claims_parameter_supported: true,
    });
  });

  it('lists only endpoints that answer', async () => {
    const document = await documentOf();
    const endpoints = Object.entries(document).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name));
    expect(endpoints.map(([name]) => name)).to.have.members([
      'authorization_endpoint',
      'token_endpoint',
      'userinfo_endpoint',
      'jwks_uri',
      'end_session_endpoint',
      'introspection_endpoint',
      'revocation_endpoint',
      'pushed_authorization_request_endpoint',
    ]);
    for (const [name, value] of endpoints) {
      const path = new URL(String(value)).pathname;
      const posts = /token|introspection|revocation|pushed/.test(name);
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const { status } = await ask(posts ? 'POST' : 'GET', path, posts ? form : {});
      expect(status, name).to.be.oneOf([200, 400, 401]);
    }
  });

  it('has nothing alive that it does not list (R-52, R-64)', async () => {
    for (const path of [
      '/device',
      '/device/auth',
      '/reg',
      '/reg/demo',
      '/interaction/abc/abort',
      '/interaction/abc/login',
      '/backchannel',
      '/challenge',
      '/.well-known/oauth-authorization-server/x',
    ]) {
      for (const method of ['GET', 'POST']) {
        const form = { 'content-type': 'application/x-www-form-urlencoded' };
        const { status, body } = await ask(method, path, method === 'POST' ? form : {});
        expect(status, `${method} ${path}`).to.equal(404);
        expect(body).not.to.match(/koa|oidc-provider|node_modules|stack/i);
      }
    }
  });

  it('publishes its public keys only, fresh for this installation (R-71)', async () => {
    const { keys } = JSON.parse((await ask('GET', '/jwks')).body) as { keys: Document[] };
    expect(keys).to.have.length(1);
    expect(keys[0]).to.include({ kty: 'RSA', alg: 'RS256', use: 'sig' });
    expect(keys[0]).to.have.all.keys('kty', 'use', 'kid', 'alg', 'e', 'n');
    expect(keys[0]?.kid)
      .to.be.a('string')
      .and.not.to.match(/keystore/i);
  });
});
