import { createHmac, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { decodeJwt, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { createBackend } from '../support/api.ts';
import { useServer } from '../support/journey.ts';

const USERS = '/cis/v1/users';
const HOUR_MS = 3_600_000;

describe('safety: who calls the API (R-45)', function () {
  this.timeout(30_000);
  const clients = [
    { id: 'plain', type: 'machine', secret: 'plain-secret' },
    { id: 'signed', type: 'machine', secret: 'signed-secret', accessTokenFormat: 'jwt' },
    { id: 'sender', type: 'machine', secret: 'sender-secret', permissions: ['auth:execute'] },
  ];
  const suite = useServer({ settings: { clients } });
  const backend = createBackend(suite);

  const call = (token: string | null, headers: Readonly<Record<string, string>> = {}) =>
    backend.call(USERS, { token, headers, body: { email: suite.address() } });

  async function expectRefused(token: string | null, what: string, headers = {}): Promise<void> {
    const { status, headers: answered, body } = await call(token, headers);
    expect(status, what).to.equal(401);
    expect(body, what).to.deep.equal({ message: 'Invalid token', error_code: 401 });
    expect(answered['www-authenticate'], what).to.match(/^Bearer(?: error="invalid_token")?$/);
  }

  it('is a client, by the token that it has got for itself', async () => {
    const token = await backend.token();
    expect(decodeJwt(token)).to.deep.include({
      sub: 'demo-backend',
      client_id: 'demo-backend',
      aud: `${suite.server.issuer}/v1`,
      scope: 'auth:execute users:write users:reveal otp:direct',
    });
    expect((await call(token)).status).to.equal(201);
  });

  it('is nobody by any other token', async () => {
    const scope = { parameters: { scope: 'openid email offline_access', prompt: 'consent' } };
    const browser = suite.browser();
    const { tokens } = await suite.signIn(browser, suite.address(), { clientId: 'demo-backend', ...scope });
    const { tokens: opaque } = await suite.signIn(suite.browser(), suite.address(), scope);
    const resource = `${suite.server.application}/api`;
    for (const [what, token] of Object.entries({
      'no token': null,
      'a person’s signed access token': tokens.access_token,
      'a person’s opaque access token': opaque.access_token,
      'an ID token': tokens.id_token ?? '',
      'a refresh token': tokens.refresh_token ?? '',
      'a client’s token for another API': await backend.token('demo-backend', { resource }),
      'a client’s token for itself': await backend.token('signed'),
      'an opaque token of a client': await backend.token('plain'),
      'the secret of a client': 'demo-backend-secret',
      'an empty text': '',
      'a word': 'null',
    })) {
      await expectRefused(token, what);
    }
  });

  it('is nobody who says so by other means', async () => {
    const token = await backend.token();
    const basic = Buffer.from('demo-backend:demo-backend-secret').toString('base64');
    await expectRefused(null, 'basic', { authorization: `Basic ${basic}` });
    await expectRefused(null, 'no scheme', { authorization: token });
    await expectRefused(null, 'two tokens', { authorization: `Bearer ${token} ${token}` });
    await expectRefused(null, 'another header', { 'x-authorization': `Bearer ${token}` });
    const inQuery = await backend.call(`${USERS}?access_token=${token}`, {
      token: null,
      body: { email: 'a@b.example' },
    });
    expect(inQuery.status).to.equal(401);
    const inBody = await backend.call(USERS, { token: null, body: { email: 'a@b.example', access_token: token } });
    expect(inBody.status).to.equal(401);
  });

  async function forged(): Promise<Record<string, string>> {
    const token = await backend.token();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = decodeJwt(token) as JWTPayload;
    const { keys } = (await (await fetch(`${suite.server.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
    const kid = keys[0]?.kid ?? '';
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const sign = (fields: Record<string, unknown>, more: JWTPayload = {}) =>
      new SignJWT({ ...claims, ...more })
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', ...fields })
        .sign(own.privateKey);
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const hmac = (key: string): string => {
      const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${payload}`;
      return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
    };
    return {
      'alg none': new UnsecuredJWT(claims).encode(),
      'alg none in our header': `${encode({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.`,
      'our header without signature': `${header}.${payload}.`,
      'another client': `${header}.${encode({ ...claims, sub: 'x', client_id: 'x' })}.${signature}`,
      'more scope': `${header}.${encode({ ...claims, scope: 'everything' })}.${signature}`,
      'HS256 with a secret': hmac('demo-backend-secret'),
      'HS256 with our public key': hmac(JSON.stringify(keys[0])),
      'a key of their own under our kid': await sign({ kid }),
      'a key of their own under its own kid': await sign({ kid: 'mine' }),
      'a key of their own without kid': await sign({}),
      'a key of their own inside': await sign({ kid, jwk: own.publicKey.export({ format: 'jwk' }) }),
      'a key of their own elsewhere': await sign({ kid: 'mine', jku: `${suite.server.application}/jwks` }),
      'a kid that is a path': await sign({ kid: '../../../../dev/null' }),
      'a kid that is an object’s': await sign({ kid: '__proto__' }),
      'another issuer': await sign({ kid }, { iss: 'https://evil.example' }),
    };
  }

  it('is nobody who has not our key, whatever a token says of itself', async () => {
    for (const [what, token] of Object.entries(await forged())) await expectRefused(token, what);
  });

  it('leaves a trace when it is nobody, without the token (R-65, R-66)', async () => {
    const token = `${await backend.token()}x`;
    await expectRefused(token, 'a broken token');
    const [event] = await suite.events({ type: 'client.authentication_failed' });
    expect(event?.reason).to.equal('api: no valid token of a client');
    expect(suite.server.logLines.join('')).to.not.contain(token.slice(-40));
  });

  it('may do what its record says now, not what its token said then', async () => {
    const time = suite.freeze();
    const { clients: records } = suite.server.server.store;
    const token = await backend.token('sender');
    const allowed = () => backend.call(USERS, { token, body: { email: suite.address() } });
    expect((await allowed()).status, 'no permission').to.equal(403);
    const writer = await backend.token();
    expect((await call(writer)).status).to.equal(201);
    const record = await records.find('demo-backend');
    if (record === null) throw new Error('there is no such client');
    await records.update({ ...record, permissions: ['auth:execute'] });
    time.advance(5_001);
    expect((await call(writer)).status, 'the permission is gone').to.equal(403);
    const changed = await records.find('demo-backend');
    if (changed === null) throw new Error('there is no such client');
    await records.update({ ...changed, permissions: record.permissions, disabled: true });
    time.advance(5_001);
    await expectRefused(writer, 'the client is disabled');
    const disabled = await records.find('demo-backend');
    if (disabled !== null) await records.update({ ...disabled, disabled: false });
    time.advance(5_001);
    expect((await call(writer)).status).to.equal(201);
  });

  it('is a client for an hour, and no longer (R-83: within the tolerance of clocks)', async () => {
    const time = suite.freeze();
    const token = await backend.token();
    time.advance(HOUR_MS + 14_000);
    expect((await call(token)).status).to.equal(201);
    time.advance(2_000);
    await expectRefused(token, 'an hour later');
  });
});

describe('safety: tokens that are none, again and again (R-45)', function () {
  this.timeout(30_000);
  const few = JSON.stringify([{ limit: 5, windowSeconds: 600 }]);
  const suite = useServer({ env: { BUDGETS_CALLER_FAILURES_PER_NETWORK: few } });
  const backend = createBackend(suite);

  it('are answered 429 after a while, to their network only, and a right token still works', async () => {
    const from = (ip: string, token: string | null) =>
      backend.call(USERS, { token, headers: { 'x-forwarded-for': ip }, body: { email: suite.address() } });
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await from('10.9.9.9', 'x')).status));
    expect(statuses.filter((status) => status === 401)).to.have.length(5);
    const refused = await from('10.9.9.9', 'x');
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers['retry-after'])).to.be.within(1, 600);
    expect(refused.body).to.deep.equal({ message: 'Too many requests', error_code: 429 });
    expect((await from('10.9.9.8', 'x')).status).to.equal(401);
    expect((await from('10.9.9.9', await backend.token())).status).to.equal(201);
  });
});
