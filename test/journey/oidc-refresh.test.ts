import { expect } from 'chai';
import { useServer } from '../support/journey.ts';
import type { RawAnswer } from '../support/relying-party.ts';

const DAY_MS = 86_400_000;

describe('OpenID Connect: refresh tokens', () => {
  const suite = useServer();

  const refresh = async (token: unknown, parameters = {}, clientId = 'demo'): Promise<RawAnswer> =>
    (await suite.party(clientId)).token({ grant_type: 'refresh_token', refresh_token: String(token), ...parameters });

  interface First {
    readonly token: string;
    readonly accessToken: string;
    readonly sub: string;
  }

  async function firstToken(scope = 'openid email', browser = suite.browser()): Promise<First> {
    const parameters = { scope, ...(scope.includes('offline_access') ? { prompt: 'consent' } : {}) };
    const { tokens } = await suite.signIn(browser, suite.address(), { parameters });
    const { refresh_token: token = '', access_token: accessToken } = tokens;
    return { token, accessToken, sub: tokens.claims()?.sub ?? '' };
  }

  function expectRefused(answer: RawAnswer): void {
    expect(answer.status).to.equal(400);
    expect(answer.body.error).to.equal('invalid_grant');
    expect(answer.body).not.to.have.any.keys('access_token', 'refresh_token', 'id_token');
  }

  it('are replaced at each use, for the same person', async () => {
    const { token, sub } = await firstToken();
    const party = await suite.party();
    const second = await party.refresh(token);
    const third = await party.refresh(second.refresh_token ?? '');
    expect(new Set([token, second.refresh_token, third.refresh_token]).size).to.equal(3);
    expect(third.claims()?.sub).to.equal(sub);
    expect((await party.userinfo(third.access_token, sub)).email).to.be.a('string');
  });

  it('give the same successor to an answer that was lost, for ten seconds (R-42)', async () => {
    const time = suite.freeze();
    const { token } = await firstToken();
    const first = await refresh(token);
    for (const wait of [0, 4_000, 6_000]) {
      time.advance(wait);
      const again = await refresh(token);
      expect(again.status).to.equal(200);
      expect(again.body.refresh_token).to.equal(first.body.refresh_token);
      expect(again.body.access_token).not.to.equal(first.body.access_token);
    }
    expect((await refresh(first.body.refresh_token)).status).to.equal(200);
  });

  it('revoke the whole family when one is used again later (R-41)', async () => {
    const time = suite.freeze();
    const { token, accessToken } = await firstToken();
    const first = await refresh(token);
    time.advance(10_001);
    expectRefused(await refresh(token));
    expectRefused(await refresh(first.body.refresh_token));
    const party = await suite.party();
    for (const dead of [accessToken, String(first.body.access_token)]) {
      expect(await party.introspect(dead)).to.deep.equal({ active: false });
    }
  });

  it('leave a trace when they are used again', async () => {
    const time = suite.freeze();
    const { token, sub } = await firstToken();
    await refresh(token);
    time.advance(11_000);
    await refresh(token);
    const reuses = await suite.events({ type: 'token.reused', accountId: sub });
    expect(reuses).to.have.length(1);
    expect(reuses[0]).to.include({ clientId: 'demo', reason: 'refresh token' });
  });

  it('never widen what was granted, and may narrow it', async () => {
    const { token } = await firstToken('openid email');
    for (const scope of ['openid email profile', 'openid phone', 'offline_access', 'admin']) {
      const answer = await refresh(token, { scope });
      expect(answer.status, scope).to.equal(400);
      expect(answer.body.error).to.equal('invalid_scope');
    }
    const narrow = await refresh(token, { scope: 'openid' });
    expect(narrow.body.scope).to.equal('openid');
    expect((await refresh(narrow.body.refresh_token)).status).to.equal(200);
  });

  it('belong to one client', async () => {
    const { token } = await firstToken();
    expectRefused(await refresh(token, {}, 'demo-backend'));
    expect((await refresh(token)).status, 'and trying does not hurt the owner').to.equal(200);
  });

  it('end thirty days after the sign-in, however often they were used (R-41)', async () => {
    const time = suite.freeze();
    let { token } = await firstToken('openid offline_access');
    for (let day = 6; day < 30; day += 6) {
      time.advance(6 * DAY_MS);
      const answer = await refresh(token);
      expect(answer.status, `day ${day}`).to.equal(200);
      token = String(answer.body.refresh_token);
    }
    time.advance(6 * DAY_MS - 2_000);
    const last = await refresh(token);
    expect(last.status).to.equal(200);
    time.advance(3_000);
    expectRefused(await refresh(last.body.refresh_token));
  });

  it('end after fourteen days without use', async () => {
    const time = suite.freeze();
    const [used, unused] = [await firstToken('openid offline_access'), await firstToken('openid offline_access')];
    time.advance(14 * DAY_MS - 2_000);
    expect((await refresh(used.token)).status).to.equal(200);
    time.advance(3_000);
    expectRefused(await refresh(unused.token));
  });

  it('end with the session they were made in, unless offline_access was asked for', async () => {
    const time = suite.freeze();
    const [online, offline] = [await firstToken('openid'), await firstToken('openid offline_access')];
    const successors: unknown[] = [];
    time.advance(10 * DAY_MS);
    for (const { token } of [online, offline]) successors.push((await refresh(token)).body.refresh_token);
    time.advance(4 * DAY_MS + 1_000);
    expectRefused(await refresh(successors[0]));
    expect((await refresh(successors[1])).status).to.equal(200);
  });

  it('end when their person signs out, unless offline_access was asked for', async () => {
    const party = await suite.party();
    for (const [scope, status] of [
      ['openid', 400],
      ['openid offline_access', 200],
    ] as const) {
      const browser = suite.browser();
      const { token } = await firstToken(scope, browser);
      await browser.get(party.logoutUrl(undefined));
      await browser.click('logout-confirm');
      expect((await refresh(token)).status, scope).to.equal(status);
    }
  });

  it('come without offline_access only where an administrator said so, and with it after consent', async () => {
    const backend = { clientId: 'demo-backend' };
    const without = await suite.signIn(suite.browser(), suite.address(), backend);
    expect(without.tokens.refresh_token).to.equal(undefined);
    const parameters = { scope: 'openid offline_access', prompt: 'consent' };
    const asked = await suite.signIn(suite.browser(), suite.address(), { ...backend, parameters });
    expect(asked.tokens.refresh_token).to.be.a('string');
  });

  it('are refused when they are something else (R-45)', async () => {
    const { token, accessToken } = await firstToken();
    for (const other of ['', 'x', accessToken, `${token}x`]) {
      const answer = await refresh(other);
      expect(answer.status).to.equal(400);
      expect(answer.body.error).to.be.oneOf(['invalid_grant', 'invalid_request']);
    }
  });
});
