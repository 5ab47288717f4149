import { expect } from 'chai';
import { ADMIN_KEY, createAdministrator, withAdmin } from '../support/admin.ts';
import { createBackend } from '../support/api.ts';
import { useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

const CLIENTS = '/clients';
const EVIL = 'https://evil.example';

describe('safety: who opens the Admin API', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withAdmin });
  const admin = createAdministrator(suite);

  async function expectRefused(key: string | null, what: string, headers: Readonly<Record<string, string>> = {}) {
    const answer = await admin.call('GET', CLIENTS, { key, headers });
    expect(answer.status, what).to.equal(401);
    expect(answer.body, what).to.deep.equal({
      error: 'caller_unknown',
      message: 'No valid key of the Admin API',
      request_id: answer.headers['x-request-id'],
    });
    expect(answer.headers['www-authenticate'], what).to.match(/^Bearer(?: error="invalid_token")?$/);
  }

  it('is whoever holds a key, and nobody else: tokens of people and clients are none', async () => {
    expect((await admin.call('GET', CLIENTS)).status).to.equal(200);
    const scope = { parameters: { scope: 'openid email offline_access', prompt: 'consent' } };
    const signed = { clientId: 'demo-backend', ...scope };
    const { tokens } = await suite.signIn(suite.browser(), suite.address(), signed);
    const { tokens: opaque } = await suite.signIn(suite.browser(), suite.address(), scope);
    for (const [what, token] of Object.entries({
      'no key': null,
      'a person’s signed access token': tokens.access_token,
      'a person’s opaque access token': opaque.access_token,
      'an ID token': tokens.id_token ?? '',
      'a refresh token': opaque.refresh_token ?? '',
      'a client’s token': await createBackend(suite).token(),
      'the secret of a client': 'demo-backend-secret',
      'the secret of the server': suite.server.config.secret[0] ?? '',
      'nearly the key': ADMIN_KEY.slice(0, -1),
      'the key and more': `${ADMIN_KEY}a`,
      'the key in capitals': ADMIN_KEY.toUpperCase(),
      'an empty text': '',
      'names of objects': '__proto__.constructor',
    })) {
      await expectRefused(token, what);
    }
  });

  it('is nobody who shows the key elsewhere, or a session', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    const basic = Buffer.from(`admin:${ADMIN_KEY}`).toString('base64');
    await expectRefused(null, 'basic', { authorization: `Basic ${basic}` });
    await expectRefused(null, 'no scheme', { authorization: ADMIN_KEY });
    await expectRefused(null, 'a cookie', { cookie: `key=${ADMIN_KEY}; access_token=${ADMIN_KEY}` });
    const { status } = await admin.call('GET', `${CLIENTS}?access_token=${ADMIN_KEY}`, { key: null });
    expect(status).to.equal(401);
    const page = await browser.get(`${suite.server.issuer}/admin/api/clients`);
    expect(page.status).to.equal(401);
  });

  it('is no page of somebody else: no answer may be read from another origin', async () => {
    const url = new URL('/admin/api/clients', suite.server.issuer);
    const asked = {
      origin: EVIL,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const preflight = await send({ method: 'OPTIONS', url, headers: asked, body: null });
    const { headers } = await admin.call('GET', CLIENTS, { headers: { origin: EVIL, 'sec-fetch-site': 'cross-site' } });
    for (const answered of [preflight.headers, headers]) {
      expect(Object.keys(answered).filter((name) => name.startsWith('access-control-'))).to.deep.equal([]);
    }
    const form = { 'content-type': 'text/plain', origin: EVIL };
    const posted = await admin.call('POST', CLIENTS, { headers: form, body: '{"name":"x","type":"machine"}' });
    expect(posted.status).to.equal(415);
  });

  it('learns nothing of what is there before the key is right', async () => {
    for (const path of ['/clients/demo', '/clients/nobody', '/keys', '/accounts']) {
      expect((await admin.call('GET', path, { key: 'wrong' })).status, path).to.equal(401);
    }
    const posted = await admin.call('POST', CLIENTS, { key: 'wrong', body: 'x'.repeat(100_000) });
    expect(posted.status).to.equal(401);
  });

  it('is answered in JSON that nobody keeps, also where there is nothing', async () => {
    for (const [method, path, status] of [
      ['GET', '/nothing', 404],
      ['GET', '', 404],
      ['PUT', CLIENTS, 405],
      ['GET', '/clients/%00', 404],
    ] as const) {
      const answer = await admin.call(method, path, { headers: { accept: 'text/html' } });
      expect([answer.status, typeof answer.body.error], `${method} ${path}`).to.deep.equal([status, 'string']);
      expect(answer.headers['cache-control']).to.equal('no-store');
    }
  });

  it('reads no body that is hostile, too deep or no JSON', async () => {
    const bodies = [
      '{',
      '[]',
      'null',
      '{"__proto__":{"a":1}}',
      '{"name":{"$ne":1}}',
      `${'{"a":'.repeat(30)}1${'}'.repeat(30)}`,
    ];
    for (const body of bodies) expect((await admin.call('POST', CLIENTS, { body })).status, body).to.equal(400);
  });

  it('is described for everybody, operation by operation, with the scope that it needs', async () => {
    const { status, body } = await admin.call('GET', '/openapi.json', { key: null });
    expect(status).to.equal(200);
    const paths = body.paths as Record<string, Record<string, { security: unknown }>>;
    expect(paths['/admin/api/clients']?.post?.security).to.deep.equal([{ key: ['write'] }]);
    expect(paths['/admin/api/clients/{client_id}']?.get?.security).to.deep.equal([{ key: ['read'] }]);
  });
});

describe('safety: the Admin API and wrong keys', function () {
  this.timeout(30_000);
  const suite = useServer({
    env: { ...withAdmin, BUDGETS_CALLER_FAILURES_PER_NETWORK: '[{"limit":5,"windowSeconds":600}]' },
  });
  const admin = createAdministrator(suite);

  it('each is an event without the key, and too many of a network are answered 429 (R-45)', async () => {
    const statuses = [];
    for (let tries = 0; tries < 7; tries += 1) {
      statuses.push((await admin.call('GET', CLIENTS, { key: 'not-the-key-of-anybody' })).status);
    }
    expect(statuses).to.deep.equal([401, 401, 401, 401, 401, 429, 429]);
    const events = await suite.events({ type: 'administrator.refused' }, 5);
    expect(events.map(({ reason }) => reason)).to.deep.equal(Array(5).fill('no valid key'));
    expect(suite.server.logLines.join('')).not.to.contain('not-the-key');
    expect((await admin.call('GET', CLIENTS)).status, 'the right key').to.equal(200);
  });
});

describe('safety: the Admin API without a key', function () {
  this.timeout(30_000);
  const suite = useServer();
  const admin = createAdministrator(suite);

  it('refuses everybody', async () => {
    for (const key of [null, ADMIN_KEY, 'null', 'undefined']) {
      expect((await admin.call('GET', CLIENTS, { key })).status).to.equal(401);
    }
  });
});
