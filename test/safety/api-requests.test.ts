import { expect } from 'chai';
import { type ApiRequest, createBackend } from '../support/api.ts';
import { sendBytes } from '../support/attack.ts';
import { useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

const USERS = '/cis/v1/users';

describe('safety: what the API reads (R-22, R-26, R-57, R-59, R-60)', function () {
  this.timeout(30_000);
  const suite = useServer();
  const backend = createBackend(suite);
  let token = '';
  before(async () => {
    token = await backend.token();
  });

  const post = (request: ApiRequest) => backend.call(USERS, { token, ...request });
  const nobodyIsNew = async (): Promise<void> => {
    expect(await suite.server.server.store.accounts.list(null, 5)).to.deep.equal([]);
    expect(await suite.server.inbox('')).to.deep.equal([]);
  };
  afterEach(nobodyIsNew);

  const ADDRESS = 'ada@example.org';
  const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  for (const [what, body] of [
    ['a list of addresses', { email: [ADDRESS, 'eve@example.org'] }],
    ['a list of one', { email: [ADDRESS] }],
    ['an object', { email: { value: ADDRESS } }],
    ['an operator', { email: { $ne: null } }],
    ['an operator beside it', { email: ADDRESS, $where: '1' }],
    ['a BSON type', { email: ADDRESS, extra: { _bsontype: 'ObjectId' } }],
    ['a number', { email: 1 }],
    ['a truth', { email: true }],
    ['nothing', { email: null }],
    ['two in one text', { email: `${ADDRESS},eve@example.org` }],
    ['a second line', { email: `${ADDRESS}\nBcc: eve@example.org` }],
    ['a quoted one', { email: '"ada"@example.org' }],
    ['neither', {}],
    ['a list instead of an object', [{ email: ADDRESS }]],
    ['a text instead of an object', JSON.stringify(ADDRESS)],
    ['null', 'null'],
    ['half of it', '{"email":"ada@'],
    ['no JSON', `email=${ADDRESS}`],
    ['no bytes at all', ''],
    ['a prototype', `{"email":"${ADDRESS}","__proto__":{"admin":true}}`],
    ['a constructor', `{"email":"${ADDRESS}","constructor":{"prototype":{}}}`],
    ['a prototype deeper down', `{"email":"${ADDRESS}","a":{"b":[{"__proto__":1}]}}`],
    ['a prototype in other letters', `{"email":"${ADDRESS}","\\u005f_proto__":1}`],
    ['too many levels', `{"email":"${ADDRESS}","deep":${deep(20)}}`],
    ['very many levels', `{"email":"${ADDRESS}","deep":${deep(6_000)}}`],
    ['very many levels of lists', `{"email":"${ADDRESS}","deep":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ] as const) {
    it(`${what} is 400`, async () => {
      const {
        status,
        headers,
        body: answer,
        text,
      } = await post({
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect(status, text).to.equal(400);
      expect(headers['content-type']).to.match(/^application\/json/);
      expect(answer.error_code).to.equal(400);
      expect(answer.message).to.be.an('array').with.length.above(0);
      expect(text).to.not.match(/at Object|node_modules|\.ts|koa|zod/i);
      expect(text.length).to.be.below(3_000);
    });
  }

  for (const type of [
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/xml',
    'text/json',
    'application/jsonp',
    'application/json-patch+json',
  ]) {
    it(`${type} is 415: no form of another site reaches it (R-57)`, async () => {
      const { status, body } = await post({
        body: JSON.stringify({ email: ADDRESS }),
        headers: { 'content-type': type },
      });
      expect(status).to.equal(415);
      expect(body).to.deep.equal({ message: 'Expected application/json', error_code: 415 });
    });
  }

  it('64 KiB are the most, announced or not', async () => {
    const large = JSON.stringify({ email: ADDRESS, padding: 'x'.repeat(65_600) });
    const { status, body } = await post({ body: large });
    expect(status).to.equal(413);
    expect(body).to.deep.equal({ message: 'The body is too large', error_code: 413 });
    const unannounced = await fetch(suite.server.issuer + USERS, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: new Blob([large]).stream(),
      duplex: 'half',
    });
    expect(unannounced.status).to.equal(413);
    expect(await unannounced.json()).to.deep.equal(body);
  });

  it('names that are none are 400 in the query, too (R-59)', async () => {
    for (const query of ['$ne=1', 'email[$ne]=', '__proto__[a]=1', 'a.constructor=1', '%24where=1', '_bsontype=x']) {
      const { status, body } = await backend.call(`${USERS}?${query}`, { token, body: { email: ADDRESS } });
      expect(status, query).to.equal(400);
      expect(body.error_code).to.equal(400);
    }
  });

  it('long hostile texts cost no time (R-23)', async () => {
    for (const email of [
      `${'a'.repeat(50_000)}@example.org`,
      '@'.repeat(50_000),
      `a@${'a.'.repeat(25_000)}`,
      ' '.repeat(50_000),
    ]) {
      const started = performance.now();
      expect((await post({ body: { email } })).status).to.equal(400);
      expect(performance.now() - started).to.be.below(200);
    }
  });
});

describe('safety: what the API says (R-58, R-64)', function () {
  this.timeout(30_000);
  const suite = useServer();
  const backend = createBackend(suite);
  const CANARY = 'xyzzy-plugh';

  for (const path of [
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/V1/Nothing',
    '/v1/auth',
    '/v1/users',
    '/cis',
    '/cis/',
    '/cis/v1',
    '/cis/v1/nothing',
    '/cis/v1/users/x/y',
    '/cis/v2/users',
    '/cis/oidc',
    '/cis/oidc/nothing',
    '/oidc',
    '/oidc/nothing',
    '/oidc/auth',
  ]) {
    it(`${path} is not there, in JSON, whatever is wanted, and repeats nothing`, async () => {
      for (const accept of ['text/html', 'application/json', '*/*']) {
        for (const method of ['GET', 'POST', 'DELETE']) {
          const url = new URL(`${path}?${CANARY}`, suite.server.issuer);
          const { status, headers, body } = await send({ method, url, headers: { accept }, body: null });
          expect(status, method).to.equal(404);
          expect(headers['content-type']).to.match(/^application\/json/);
          expect(JSON.parse(body)).to.deep.equal({ message: 'Not found', error_code: 404 });
          expect(headers['cache-control']).to.equal('no-store');
        }
      }
    });
  }

  for (const [path, allowed] of [
    [USERS, /POST/],
    ['/oidc/token', /^POST, OPTIONS$/],
    ['/cis/oidc/token', /^POST, OPTIONS$/],
    ['/cis/oidc/jwks', /^GET, HEAD, OPTIONS$/],
    ['/cis/oidc/.well-known/openid-configuration', /^GET, HEAD, OPTIONS$/],
  ] as const) {
    it(`${path} names the methods that it has`, async () => {
      for (const method of ['PUT', 'DELETE', 'PATCH']) {
        const { status, headers, body } = await backend.call(path, {
          method,
          token: null,
          headers: { accept: 'text/html' },
        });
        expect(status, method).to.equal(405);
        expect(headers.allow, method).to.match(allowed);
        expect(body).to.deep.equal({ message: 'Method not allowed', error_code: 405 });
      }
    });
  }

  it('malformed targets are JSON, too', async () => {
    for (const path of ['/v1/%', '/v1/%E0%A4%A', '/cis/v1/users%00', '/cis/v1/users/%ff', `/v1/x?${'a&'.repeat(60)}`]) {
      const answer = await sendBytes(
        suite.server.issuer,
        `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      );
      expect(answer, path).to.match(/^HTTP\/1\.1 (?:400|404) /);
      expect(answer, path).to.match(/"error_code":(?:400|404)/);
      expect(answer, path).to.not.match(/<html|\n\s+at /);
    }
  });

  it('no page of another site may read it: no header of CORS, whoever asks', async () => {
    for (const origin of [suite.server.application, 'https://evil.example', 'null', suite.server.issuer]) {
      const headers = { origin, 'access-control-request-method': 'POST' };
      for (const [method, path] of [
        ['OPTIONS', USERS],
        ['POST', USERS],
        ['GET', '/v1/nothing'],
        ['OPTIONS', '/v1/nothing'],
      ] as const) {
        const answer = await backend.call(path, { method, token: null, headers });
        const cors = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
        expect(cors, `${method} ${path} ${origin}`).to.deep.equal([]);
      }
    }
  });
});
