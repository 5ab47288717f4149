import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { createBackend } from '../support/api.ts';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';

describe('API: the deprecated exchange and the logout (contracts.md §4.2)', function () {
  this.timeout(20_000);
  const suite = useServer();
  const hosted = createHosted(suite);
  const backend = createBackend(suite);
  const logout = (token: string | null) => backend.call('/v1/auth/logout', { token });

  it('answers all tokens, and who is new', async () => {
    const { status, headers, body } = await hosted.exchangeAtApi(await hosted.authorizationCode(suite.address()));
    expect(status).to.equal(200);
    expect(headers['cache-control']).to.equal('no-store');
    expect(body).to.have.all.keys('id_token', 'access_token', 'refresh_token', 'is_user_created');
    expect(body.is_user_created).to.equal(true);
  });

  it('refuses in the envelope of the contract, whatever is wrong with code, client or secret', async () => {
    const code = await hosted.authorizationCode(suite.address());
    for (const credentials of [
      { client_secret: 'wrong' },
      { client_id: 'demo' },
      { client_id: 'demo', client_secret: 'demo-secret' },
      { client_id: 'nobody' },
    ]) {
      const { status, body } = await hosted.exchangeAtApi(code, credentials);
      expect([status, body.error_code]).to.deep.equal([400, 400]);
      expect(body.message).to.be.an('array').with.length(1);
    }
    expect((await hosted.exchangeAtApi('made-up')).body).to.deep.equal({ message: ['Invalid code'], error_code: 400 });
    expect((await hosted.exchangeAtApi(code)).status).to.equal(200);
    const [event] = await suite.events({ type: 'client.authentication_failed' });
    expect(event).to.include({ clientId: 'demo-backend', reason: 'token' });
  });

  it('takes a code once, and a second time takes back what the first one gave (R-40)', async () => {
    const code = await hosted.authorizationCode(suite.address());
    const { body } = await hosted.exchangeAtApi(code);
    expect((await hosted.exchangeAtApi(code)).status).to.equal(400);
    const party = await suite.party('demo-backend');
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: String(body.refresh_token) });
    expect(refreshed.body.error).to.equal('invalid_grant');
  });

  it('ends the session of a token: refreshes fail, the browser is signed out', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const { body } = await hosted.exchangeAtApi(await hosted.authorizationCode(address, { browser }));
    const { sub = '' } = decodeJwt(String(body.id_token));
    const other = await suite.signIn(suite.browser(), address);
    const answer = await logout(String(body.access_token));
    expect([answer.status, answer.body]).to.deep.equal([200, { sessions_count: 1 }]);
    const party = await suite.party('demo-backend');
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: String(body.refresh_token) });
    expect(refreshed.body.error).to.equal('invalid_grant');
    await suite.begin(browser);
    expect(browser.page.has('identifier')).to.equal(true);
    expect((await (await suite.party()).introspect(other.tokens.access_token)).active).to.equal(true);
    const events = await suite.events({ type: 'session.ended', accountId: sub });
    expect(events[0]?.reason).to.equal('one session');
  });

  it('ends the session of an opaque token, too', async () => {
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    expect((await logout(tokens.access_token)).body).to.deep.equal({ sessions_count: 1 });
    expect((await (await suite.party()).introspect(tokens.access_token)).active).to.equal(false);
  });

  it('takes no other token, and none twice (R-45)', async () => {
    const { body } = await hosted.exchangeAtApi(await hosted.authorizationCode(suite.address()));
    const wrong = [null, 'made-up', await backend.token(), String(body.id_token), String(body.refresh_token)];
    for (const token of wrong) {
      const answer = await logout(token);
      expect([answer.status, answer.body]).to.deep.equal([401, { message: 'Invalid token', error_code: 401 }]);
    }
    expect((await logout(String(body.access_token))).status).to.equal(200);
    expect((await logout(String(body.access_token))).status).to.equal(401);
  });
});
