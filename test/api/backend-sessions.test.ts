import { expect } from 'chai';
import { openAccount } from '../support/account.ts';
import { createBackendSuite, verified } from '../support/backend.ts';
import { useServer } from '../support/journey.ts';

const BACKEND = {
  secret: 'set-below',
  firstParty: true,
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
  redirectUris: ['http://localhost:4444/callback'],
  scopes: ['openid', 'email', 'phone'],
  permissions: ['auth:execute', 'users:write', 'users:reveal', 'otp:direct'],
};
const client = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  ...BACKEND,
  id,
  name: id,
  secret: `${id}-secret`,
  ...more,
});

describe('backend to backend: sessions', function () {
  this.timeout(30_000);
  const suite = useServer({
    settings: {
      clients: [
        client('strict', { secondFactor: 'always' }),
        client('opaque'),
        client('other'),
        client('narrow', { grantTypes: ['client_credentials'], redirectUris: [], permissions: ['auth:execute'] }),
        client('stranger', { firstParty: false, accessTokenFormat: 'jwt' }),
      ],
    },
  });
  const api = createBackendSuite(suite);

  /** Somebody with an address and a number, both proven. */
  async function personOfTwo() {
    const [address, number] = [suite.address(), suite.number()];
    const id = await api.create(address);
    await api.authenticate(address, await api.codeFor(address));
    const { accounts } = suite.server.server.store;
    const proven = { channel: 'sms' as const, value: number, verifiedAt: Date.now(), primary: false };
    await accounts.attach(id, proven, { confirmed: true, at: Date.now(), holdMs: 0 });
    return { id, address, number };
  }

  it('are raised by another channel of the same person: mfa, 2fa (R-44)', async () => {
    const { address, number } = await personOfTwo();
    const first = await api.authenticate(address, await api.codeFor(address));
    const session_id = first.body.session_id;
    const again = await api.authenticate(address, await api.codeFor(address), { session_id });
    expect((await verified(suite, again.body.id_token)).payload.amr, 'the same channel twice').to.deep.equal(['otp']);
    const second = await api.authenticate(number, await api.codeFor(number), { session_id });
    expect(second.body.session_id).to.equal(session_id);
    const { payload } = await verified(suite, second.body.id_token);
    expect(payload).to.include({ acr: 'urn:countersign:acr:2fa', sid: session_id });
    expect(payload.amr).to.have.members(['otp', 'sms', 'mfa']);
    const refreshed = await api.refresh(second.body.refresh_token);
    expect((await verified(suite, refreshed.body.id_token)).payload.amr).to.include('mfa');
    expect((await api.refresh(first.body.refresh_token)).status, 'of the first proof').to.equal(200);
  });

  it('are not raised by a code that the client was handed', async () => {
    const { address, number } = await personOfTwo();
    const first = await api.authenticate(address, await api.codeFor(address));
    const handed = await api.send(number, { channel: 'direct' });
    const second = await api.authenticate(number, String(handed.body.code), { session_id: first.body.session_id });
    const { payload } = await verified(suite, second.body.id_token);
    expect(payload.amr).to.not.include('mfa');
    expect(payload.acr).to.equal('urn:countersign:acr:1fa');
  });

  it('do not say `sms` of a number that is not the person’s: the word means a registered one (RFC 8176 §2, R-44)', async () => {
    const { identifier, answer } = await api.signIn();
    const desk = suite.number();
    const before = (await suite.server.inbox(desk)).length;
    await api.send(identifier, { channel: 'sms', custom_phone_number: desk });
    const code = await suite.server.code(desk, before + 1);
    const second = await api.authenticate(identifier, code, { session_id: answer.body.session_id });
    const { payload } = await verified(suite, second.body.id_token);
    expect(payload).to.deep.include({ amr: ['otp'], acr: 'urn:countersign:acr:1fa' });
  });

  it('are joined by nobody else: not another person, not another client (R-06)', async () => {
    const [{ answer }, address] = [await api.signIn(), suite.address()];
    await api.create(address);
    const session_id = answer.body.session_id;
    const stranger = await api.authenticate(address, await api.codeFor(address), { session_id });
    expect([stranger.status, stranger.body.error_code]).to.deep.equal([400, 'auth_invalid_credentials']);
    const token = await api.token('other');
    const code = await api.codeFor(address, {}, token);
    const elsewhere = await api.authenticate(address, code, { session_id }, token);
    expect(elsewhere.body).to.deep.equal({ error_code: 'system_invalid_input', message: 'Session not found' });
    const unknown = await api.authenticate(address, code, { session_id: 'nobody-has-this' }, token);
    expect(unknown.body.message).to.equal('Session not found');
    expect((await api.authenticate(address, code, {}, token)).status, 'the code is still good').to.equal(200);
    expect((await api.logout(session_id, token)).status, 'nor ended by it').to.equal(400);
    expect((await api.refresh(answer.body.refresh_token)).status).to.equal(200);
  });

  it('begin without tokens where the client always wants two factors (R-39)', async () => {
    const { address, number } = await personOfTwo();
    const token = await api.token('strict');
    const first = await api.authenticate(address, await api.codeFor(address, {}, token), {}, token);
    expect([first.status, first.body.error_code]).to.deep.equal([403, 'auth_mfa_required']);
    expect(first.body).to.not.have.any.keys('access_token', 'id_token', 'refresh_token');
    const body = { session_id: first.body.session_id };
    const second = await api.authenticate(number, await api.codeFor(number, {}, token), body, token);
    expect(second.status, second.text).to.equal(200);
    expect((await verified(suite, second.body.id_token)).payload.acr).to.equal('urn:countersign:acr:2fa');
  });

  it('do so, too, where the request demands two', async () => {
    const { address } = await personOfTwo();
    const code = await api.codeFor(address);
    const acr = { essential: true, value: 'urn:countersign:acr:2fa' };
    const answer = await api.authenticate(address, code, { claims: { id_token: { acr } } });
    expect(answer.body.error_code).to.equal('auth_mfa_required');
  });

  it('are listed and ended on the page of the account, like any other (R-35)', async () => {
    const token = await api.token('opaque');
    const address = suite.address();
    await api.create(address);
    const browser = { client_attributes: { user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0' } };
    const answer = await api.authenticate(address, await api.codeFor(address, {}, token), browser, token);
    const party = await suite.party('opaque', 'http://localhost:4444/callback');
    expect((await party.introspect(String(answer.body.access_token))).active).to.equal(true);
    const here = suite.browser();
    await openAccount(suite, here, address, '/account/sessions');
    expect(here.page.textOf('sessions')).to.contain('Firefox on Linux').and.contain('opaque');
    await here.click('session-end-1');
    expect(await party.introspect(String(answer.body.access_token))).to.deep.equal({ active: false });
    expect((await api.refresh(answer.body.refresh_token, token)).status).to.equal(400);
  });

  it('end with their account, and with their own time', async () => {
    const time = suite.freeze();
    const token = await api.token('opaque');
    const address = suite.address();
    const id = await api.create(address);
    const answer = await api.authenticate(address, await api.codeFor(address, {}, token), {}, token);
    const { accounts } = suite.server.server.store;
    const account = await accounts.findById(id);
    if (account === null) throw new Error('no such account');
    const disabled = await accounts.update({ ...account, status: 'disabled' });
    expect((await api.refresh(answer.body.refresh_token, token)).status).to.equal(400);
    const party = await suite.party('opaque', 'http://localhost:4444/callback');
    expect(await party.introspect(String(answer.body.access_token))).to.deep.equal({ active: false });
    if (disabled !== null) await accounts.update({ ...disabled, status: 'active' });
    const refreshed = await api.refresh(answer.body.refresh_token, token);
    expect(refreshed.status, refreshed.text).to.equal(200);
    time.advance(suite.server.config.session.lifetimeSeconds * 1000 - 1_000);
    const late = await api.token('opaque');
    const last = await api.refresh(refreshed.body.refresh_token, late);
    time.advance(2_000);
    expect((await api.refresh(last.body.refresh_token, late)).status).to.equal(400);
  });

  it('are ended by a client for the browser, too, if it takes part in that session', async () => {
    const browser = suite.browser();
    const { tokens } = await suite.signIn(browser, suite.address());
    const sid = tokens.claims()?.sid;
    expect((await api.logout(sid)).status, 'demo-backend is not in it').to.equal(400);
    expect((await (await suite.party()).introspect(tokens.access_token)).active).to.equal(true);
    await suite.signIn(browser, '', { clientId: 'demo-backend' });
    expect((await api.logout(sid)).status).to.equal(204);
    expect(await (await suite.party()).introspect(tokens.access_token)).to.deep.equal({ active: false });
  });

  it('bring no refresh token to clients that may not refresh, and third parties only what was agreed to', async () => {
    const address = suite.address();
    const id = await api.create(address);
    const narrow = await api.token('narrow');
    const plain = await api.authenticate(address, await api.codeFor(address, {}, narrow), {}, narrow);
    expect(plain.body).to.not.have.property('refresh_token');
    const stranger = await api.token('stranger');
    const before = await api.authenticate(address, await api.codeFor(address, {}, stranger), {}, stranger);
    expect((await verified(suite, before.body.id_token)).payload).to.not.have.property('email');
    await suite.server.server.store.accounts.recordConsent(id, {
      clientId: 'stranger',
      scopes: ['openid', 'email'],
      claims: [],
      grantedAt: Date.now(),
    });
    const after = await api.authenticate(address, await api.codeFor(address, {}, stranger), {}, stranger);
    expect((await verified(suite, after.body.id_token)).payload).to.include({ email: address });
  });
});
