import { expect } from 'chai';
import { createBackendSuite, verified } from '../support/backend.ts';
import { useServer, wrongCode } from '../support/journey.ts';

const MOUNTS = ['/v1', '/cis/v1'] as const;

for (const mount of MOUNTS) {
  describe(`backend to backend: a code, at ${mount} (contracts.md §5)`, function () {
    this.timeout(20_000);
    const suite = useServer();
    const api = createBackendSuite(suite, mount);

    it('by e-mail becomes tokens that verify, and a session', async () => {
      const { identifier, answer } = await api.signIn();
      expect(answer.body).to.have.all.keys(
        ...['access_token', 'id_token', 'refresh_token', 'token_type', 'expires_in', 'session_id'],
      );
      expect(answer.body).to.include({ token_type: 'Bearer', expires_in: 3600 });
      const id = await verified(suite, answer.body.id_token, { audience: 'demo-backend' });
      const sub = String(id.payload.sub);
      expect(id.payload).to.include({ sid: answer.body.session_id, email: identifier, email_verified: true });
      expect(id.payload).to.include({ acr: 'urn:countersign:acr:1fa' });
      expect(id.payload.amr).to.deep.equal(['otp']);
      expect(id.payload).to.not.have.property('nonce');
      expect(Math.abs(Number(id.payload.auth_time) - Date.now() / 1000)).to.be.lessThan(10);
      const access = await verified(suite, answer.body.access_token, { audience: 'demo-backend', typ: 'at+jwt' });
      expect(access.payload).to.include({ sub, client_id: 'demo-backend', sid: answer.body.session_id });
      expect(answer.headers['cache-control']).to.contain('no-store');
    });

    it('by SMS says so', async () => {
      const { answer } = await api.signIn(suite.number());
      const { payload } = await verified(suite, answer.body.id_token);
      expect(payload.amr).to.deep.equal(['sms']);
      expect(payload.phone_number_verified).to.equal(true);
    });

    it('is refreshed at /token and over the API, and its session ended', async () => {
      const { answer } = await api.signIn();
      const party = await suite.party('demo-backend');
      const first = await party.token({
        grant_type: 'refresh_token',
        refresh_token: String(answer.body.refresh_token),
      });
      expect(first.status, JSON.stringify(first.body)).to.equal(200);
      const id = await verified(suite, first.body.id_token);
      expect(id.payload).to.include({ sid: answer.body.session_id, acr: 'urn:countersign:acr:1fa' });
      const second = await api.refresh(first.body.refresh_token);
      expect(second.status, second.text).to.equal(200);
      const access = await verified(suite, second.body.access_token, { audience: 'demo-backend' });
      expect(access.payload.sid).to.equal(answer.body.session_id);

      const ended = await api.logout(answer.body.session_id);
      expect(ended.status).to.equal(204);
      expect(ended.text).to.equal('');
      const dead = await api.refresh(second.body.refresh_token);
      expect(dead.status).to.equal(400);
      expect(dead.body).to.deep.equal({ error_code: 'auth_invalid_credentials', message: 'Invalid refresh token' });
      expect((await api.logout(answer.body.session_id)).body).to.deep.equal({
        error_code: 'system_invalid_input',
        message: 'Session not found',
      });
    });
  });
}

describe('backend to backend: what can be wrong with a code (contracts.md §5.2b)', function () {
  this.timeout(20_000);
  const suite = useServer();
  const api = createBackendSuite(suite);

  it('wrong, expired and locked are three answers', async () => {
    const time = suite.freeze();
    const address = suite.address();
    await api.create(address);
    const code = await api.codeFor(address);
    const wrong = await api.authenticate(address, wrongCode(code));
    expect([wrong.status, wrong.body.error_code]).to.deep.equal([400, 'auth_invalid_credentials']);
    time.advance(suite.server.config.challenge.lifetimeSeconds * 1000);
    const late = await api.authenticate(address, code);
    expect([late.status, late.body.error_code]).to.deep.equal([400, 'auth_otp_passcode_expired']);
    const next = await api.codeFor(address);
    for (let guess = 1; guess <= 5; guess += 1) await api.authenticate(address, wrongCode(next, guess));
    const locked = await api.authenticate(address, next);
    expect([locked.status, locked.body.error_code]).to.deep.equal([403, 'auth_locked']);
  });

  it('one that was replaced is dead (R-05), and one that was used is, too', async () => {
    const address = suite.address();
    await api.create(address);
    const [first, second] = [await api.codeFor(address), await api.codeFor(address)];
    if (first !== second) expect((await api.authenticate(address, first)).status).to.equal(400);
    expect((await api.authenticate(address, second)).status).to.equal(200);
    expect((await api.authenticate(address, second)).status).to.equal(400);
  });

  it('lives as long as it was asked to, ten minutes at most', async () => {
    const time = suite.freeze();
    const address = suite.address();
    await api.create(address);
    const code = await api.codeFor(address, { expires_in: 1 });
    time.advance(60_000);
    expect((await api.authenticate(address, code)).body.error_code).to.equal('auth_otp_passcode_expired');
    const long = await api.codeFor(address, { expires_in: 10 });
    time.advance(599_000);
    expect((await api.authenticate(address, long)).status).to.equal(200);
    for (const minutes of [0, 11, 1.5, '5', null]) {
      const refused = await api.send(address, { expires_in: minutes });
      expect([refused.status, refused.body.error_code], String(minutes)).to.deep.equal([400, 'system_invalid_input']);
    }
  });

  it('needs its request id, if it has one', async () => {
    const address = suite.address();
    await api.create(address);
    const before = (await suite.server.inbox(address)).length;
    const sent = await api.send(address, { generate_request_id: true });
    const code = await suite.server.code(address, before + 1);
    expect(sent.body.request_id).to.match(/^[\w-]{22}$/);
    expect((await api.authenticate(address, code)).body.error_code).to.equal('auth_invalid_credentials');
    const other = await api.authenticate(address, code, { request_id: 'x'.repeat(22) });
    expect(other.body.error_code).to.equal('auth_invalid_credentials');
    expect((await api.authenticate(address, code, { request_id: sent.body.request_id })).status).to.equal(200);
  });

  it('approves what it was sent for', async () => {
    const address = suite.address();
    await api.create(address);
    const approval = { amount: '30', currency: 'EUR' };
    const before = (await suite.server.inbox(address)).length;
    const sent = await api.send(address, { approval_data: approval });
    expect(sent.body).to.deep.equal({ message: 'OTP sent', approval_data: approval });
    const answer = await api.authenticate(address, await suite.server.code(address, before + 1));
    expect((await verified(suite, answer.body.id_token)).payload.approval_data).to.deep.equal(approval);
    const again = await api.refresh(answer.body.refresh_token);
    expect((await verified(suite, again.body.id_token)).payload.approval_data).to.deep.equal(approval);
  });

  it('gets an access token for the resource that was asked for, and for no other', async () => {
    const address = suite.address();
    await api.create(address);
    const code = await api.codeFor(address);
    const refused = await api.authenticate(address, code, { resource: 'https://elsewhere.example/' });
    expect([refused.status, refused.body.error_code]).to.deep.equal([400, 'system_invalid_input']);
    const resource = `${suite.server.application}/api`;
    const answer = await api.authenticate(address, code, { resource });
    expect(answer.status, 'the refusal has used nothing up').to.equal(200);
    await verified(suite, answer.body.access_token, { audience: resource, typ: 'at+jwt' });
    const refreshed = await api.refresh(answer.body.refresh_token);
    await verified(suite, refreshed.body.access_token, { audience: resource });
  });
});

describe('backend to backend: who is meant', function () {
  this.timeout(20_000);
  const suite = useServer();
  const api = createBackendSuite(suite);

  it('can be named by user id', async () => {
    const address = suite.address();
    const id = await api.create(address);
    const before = (await suite.server.inbox(address)).length;
    expect((await api.send(id, { channel: 'email' })).status).to.equal(200);
    const answer = await api.authenticate(id, await suite.server.code(address, before + 1));
    expect(answer.status, answer.text).to.equal(200);
    expect((await verified(suite, answer.body.id_token)).payload).to.include({ sub: id, email_verified: true });
  });

  it('is nobody but whom the claims parameter demands (OpenID Connect Core §5.5.1)', async () => {
    const address = suite.address();
    const id = await api.create(address);
    const demanding = (value: string) => ({ claims: { id_token: { sub: { value } } } });
    const other = await api.authenticate(address, await api.codeFor(address), demanding('somebody-else'));
    expect([other.status, other.body.error_code]).to.deep.equal([400, 'auth_invalid_credentials']);
    const meant = await api.authenticate(address, await api.codeFor(address), demanding(id));
    expect((await verified(suite, meant.body.id_token)).payload.sub).to.equal(id);
  });

  it('is handed the code where the client may, which proves no address', async () => {
    const address = suite.address();
    await api.create(address);
    const sent = await api.send(address, { channel: 'direct' });
    expect(sent.status, sent.text).to.equal(200);
    expect(sent.body.code).to.match(/^\d{6}$/);
    await suite.delivered();
    expect(await suite.server.inbox(address)).to.have.length(0);
    const answer = await api.authenticate(address, String(sent.body.code));
    const { payload } = await verified(suite, answer.body.id_token);
    expect(payload).to.include({ email_verified: false });
    expect(suite.server.logLines.join('\n')).to.not.contain(String(sent.body.code));
  });

  it('is reached elsewhere where the client may, which proves no address either', async () => {
    const [address, desk] = [suite.address(), suite.address('desk')];
    await api.create(address);
    const before = (await suite.server.inbox(desk)).length;
    expect((await api.send(address, { custom_email: desk })).status).to.equal(200);
    const answer = await api.authenticate(address, await suite.server.code(desk, before + 1));
    expect(answer.status, answer.text).to.equal(200);
    const { payload } = await verified(suite, answer.body.id_token);
    expect(payload).to.include({ email: address, email_verified: false });
    expect(await suite.server.server.store.accounts.findByIdentifier({ channel: 'email', value: desk })).to.equal(null);
  });

  it('is told to clients that may know, with the codes of the contract (R-25)', async () => {
    const nobody = await api.send(suite.address());
    expect([nobody.status, nobody.body.error_code]).to.deep.equal([404, 'user_not_found']);
    const address = suite.address();
    const id = await api.create(address);
    const byPhone = await api.send(address, { channel: 'sms' });
    expect([byPhone.status, byPhone.body.error_code]).to.deep.equal([404, 'user_phone_number_missing']);
    const { accounts } = suite.server.server.store;
    const account = await accounts.findById(id);
    if (account === null) throw new Error('no such account');
    await accounts.update({ ...account, status: 'disabled' });
    const disabled = await api.send(address);
    expect([disabled.status, disabled.body.error_code]).to.deep.equal([403, 'user_not_active']);
  });
});
