import { expect } from 'chai';
import * as jose from 'jose';
import { median, NO_BUDGETS, timed, times } from '../support/attack.ts';
import { createBackendSuite } from '../support/backend.ts';
import { useServer } from '../support/journey.ts';

const client = (id: string, permissions: readonly string[], more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  name: id,
  secret: `${id}-secret`,
  firstParty: true,
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
  redirectUris: ['http://localhost:4444/callback'],
  permissions,
  ...more,
});

describe('safety: who gets through the doors between backends', function () {
  this.timeout(60_000);
  const suite = useServer({
    env: NO_BUDGETS,
    settings: {
      clients: [
        client('discreet', ['auth:execute']),
        client('other', ['auth:execute', 'users:reveal']),
        client('powerless', ['users:write']),
      ],
    },
  });
  const api = createBackendSuite(suite);
  const PATHS = ['otp/send', 'otp/authenticate', 'link/email/send', 'link/email/authenticate'].map(
    (path) => `/v1/auth/${path}`,
  );
  const ALL = [...PATHS, '/v1/auth/session/logout', '/v1/auth/token/refresh'];

  it('nobody without a token of a client that may (R-45)', async () => {
    const { answer } = await api.signIn();
    const { access_token, id_token, refresh_token } = answer.body;
    const unsigned = new jose.UnsecuredJWT({ client_id: 'demo-backend', scope: 'auth:execute' })
      .setIssuer(suite.server.issuer)
      .setSubject('demo-backend')
      .setAudience(`${suite.server.issuer}/v1`)
      .setIssuedAt()
      .setExpirationTime('1h')
      .encode();
    for (const path of ALL) {
      for (const token of [null, access_token, id_token, refresh_token, unsigned]) {
        const refused = await api.call(path, { body: {}, token: token === null ? null : String(token) });
        expect(refused.status, path).to.equal(401);
        expect(refused.body, path).to.have.all.keys('error_code', 'message');
      }
      const powerless = await api.call(path, { body: {}, token: await api.token('powerless') });
      expect(powerless.status, path).to.equal(403);
    }
  });

  it('no token where another kind is wanted (R-45)', async () => {
    const { answer } = await api.signIn();
    const [{ access_token, id_token }, clientToken] = [answer.body, await api.token()];
    for (const wrong of [access_token, id_token, clientToken, answer.body.session_id]) {
      expect((await api.refresh(wrong)).status).to.equal(400);
      expect((await api.logout(wrong)).status === 204).to.equal(wrong === answer.body.session_id);
    }
  });

  it('no refresh token of another client, whichever door it takes (R-41)', async () => {
    const { answer } = await api.signIn();
    const stolen = await api.refresh(answer.body.refresh_token, await api.token('other'));
    expect([stolen.status, stolen.body.error_code]).to.deep.equal([400, 'auth_invalid_credentials']);
    expect((await api.refresh(answer.body.refresh_token)).status, 'and it is not harmed by that').to.equal(200);
  });

  it('what our own API vouches for cannot be claimed from outside', async () => {
    const { answer } = await api.signIn();
    const form = {
      grant_type: 'refresh_token',
      refresh_token: String(answer.body.refresh_token),
      client_id: 'demo-backend',
      client_secret: 'vouched-for',
    };
    const refused = await fetch(`${suite.server.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
    expect(refused.status).to.equal(401);
  });

  it('codes get out of the hands of their person only where the client may', async () => {
    const [address, desk, token] = [suite.address(), suite.address('desk'), await api.token('other')];
    await api.create(address);
    for (const body of [{ channel: 'direct' }, { custom_email: desk }, { custom_phone_number: suite.number() }]) {
      const refused = await api.send(address, body, token);
      expect(refused.status, JSON.stringify(body)).to.equal(403);
      expect(refused.body).to.not.have.property('code');
    }
    await suite.delivered();
    expect(await suite.server.inbox(desk)).to.have.length(0);
  });

  it('a code of one client is worth nothing at another (R-06)', async () => {
    const address = suite.address();
    await api.create(address);
    const code = await api.codeFor(address);
    const elsewhere = await api.authenticate(address, code, {}, await api.token('other'));
    expect(elsewhere.status).to.equal(400);
    expect((await api.authenticate(address, code)).status).to.equal(200);
  });

  it('a code of a hosted sign-in is worth nothing between backends, nor the other way round (R-06)', async () => {
    const address = suite.address();
    await api.create(address);
    const before = (await suite.server.inbox(address)).length;
    const hosted = { email: address, redirect_uri: `${suite.server.application}/callback` };
    expect((await api.call('/v1/auth/otp/email', { body: hosted })).status).to.equal(200);
    const code = await suite.server.code(address, before + 1);
    expect((await api.authenticate(address, code)).body.error_code).to.equal('auth_invalid_credentials');
    const other = await api.codeFor(address);
    const validated = await api.call('/v1/auth/otp/email/validation', { body: { email: address, passcode: other } });
    expect(validated.status).to.equal(400);
  });

  it('whoever may not know learns nothing of who has an account: not by answers, nor by time (R-24, R-25)', async () => {
    const token = await api.token('discreet');
    const known = suite.address();
    await api.create(known);
    const shape = ({ status, text }: { status: number; text: string }) => `${status} ${text}`;
    const asked = { known: [] as number[], unknown: [] as number[], answers: new Set<string>() };
    const typed = { known: [] as number[], unknown: [] as number[], answers: new Set<string>() };
    for (let round = 0; round < 60; round += 1) {
      for (const [who, address] of [['known', known] as const, ['unknown', suite.address()] as const]) {
        const sent = await timed(() => api.send(address, {}, token));
        asked[who].push(sent.ms);
        asked.answers.add(shape(sent.answer));
        const guess = await timed(() => api.authenticate(address, '000000', {}, token));
        typed[who].push(guess.ms);
        if (guess.answer.status !== 200) typed.answers.add(shape(guess.answer));
      }
    }
    expect([...asked.answers]).to.deep.equal(['200 {"message":"OTP sent"}']);
    expect([...typed.answers]).to.have.length(1);
    for (const { known: one, unknown: other } of [asked, typed]) {
      expect(Math.abs(median(one) - median(other))).to.be.lessThan(10);
    }
    for (const identifier of [`${'x'.repeat(22)}`, suite.number()]) {
      expect((await api.send(identifier, {}, token)).status).to.equal(200);
      expect((await api.authenticate(identifier, '000000', {}, token)).body.error_code).to.equal(
        'auth_invalid_credentials',
      );
    }
  });

  it('bodies of other shapes are refused and send nothing (R-22, R-26, R-59)', async () => {
    const address = suite.address();
    await api.create(address);
    const good = { channel: 'email', identifier_type: 'email', identifier: address };
    const bad: unknown[] = [
      { ...good, identifier: [address, suite.address()] },
      { ...good, identifier: { $ne: null } },
      { ...good, identifier: `${address},${suite.address()}` },
      { ...good, identifier_type: 'username' },
      { ...good, channel: ['email'] },
      { ...good, approval_data: { a: { b: 'c' } } },
      { ...good, approval_data: Object.fromEntries(times(11, (index) => [`k${index}`, 'v'])) },
      { ...good, email_content: { subject: 'a\r\nBcc: b@example.org' } },
      `{"channel":"email","__proto__":{"x":1},"identifier_type":"email","identifier":"${address}"}`,
      [good],
      'nothing',
    ];
    for (const body of bad) {
      const refused = await api.call('/v1/auth/otp/send', { body });
      expect([refused.status, refused.body.error_code], JSON.stringify(body)).to.deep.equal([
        400,
        'system_invalid_input',
      ]);
    }
    const large = await api.call('/v1/auth/otp/send', { body: { ...good, device_id: 'x'.repeat(70_000) } });
    expect(large.status).to.equal(413);
    for (const body of [{ passcode: ['1'], identifier_type: 'email', identifier: address }, { passcode: 1 }]) {
      expect((await api.call('/v1/auth/otp/authenticate', { body })).status).to.equal(400);
    }
    await suite.delivered();
    expect(await suite.server.inbox(address)).to.have.length(0);
  });

  it('no code, token, session or address is in the log, nor any secret in the audit trail (R-65)', async () => {
    const address = suite.address('discretion');
    await api.create(address);
    const direct = await api.send(address, { channel: 'direct', generate_request_id: true });
    const body = { request_id: direct.body.request_id };
    const answer = await api.authenticate(address, String(direct.body.code), body);
    expect(answer.status, answer.text).to.equal(200);
    const secrets = [direct.body.code, direct.body.request_id, ...Object.values(answer.body), address].filter(
      (value) => typeof value === 'string' && value !== 'Bearer',
    );
    await suite.events({ type: 'session.started' });
    const trail = JSON.stringify(await suite.server.server.store.events.list({}, 500));
    const log = suite.server.logLines.join('\n');
    for (const secret of secrets) {
      expect(log).to.not.contain(String(secret));
      expect(trail).to.not.contain(String(secret));
    }
  });
});
