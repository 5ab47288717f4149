import { expect } from 'chai';
import { useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

describe('OpenID Connect: claims', () => {
  const suite = useServer();

  for (const [scope, names] of [
    ['openid', []],
    ['openid email', ['email', 'email_verified']],
    ['openid phone', []],
    ['openid profile', []],
    ['openid profile email phone', ['email', 'email_verified']],
  ] as const) {
    it(`of the scope "${scope}" are the same in userinfo and in the ID token`, async () => {
      const address = suite.address();
      const { tokens } = await suite.signIn(suite.browser(), address, { parameters: { scope } });
      const claims = tokens.claims();
      const userinfo = await (await suite.party()).userinfo(tokens.access_token, claims?.sub);
      expect(userinfo).to.have.all.keys('sub', ...names);
      for (const name of names) expect(claims?.[name]).to.equal(userinfo[name]);
      if (scope.includes('email')) expect(userinfo).to.include({ email: address, email_verified: true });
      else expect(claims).not.to.have.any.keys('email', 'email_verified');
    });
  }

  it('of an ID token are what the protocol needs, true, and an hour old at most', async () => {
    const time = suite.freeze();
    const { tokens, started } = await suite.signIn(suite.browser(), suite.address());
    const now = Math.floor(time.now() / 1000);
    expect(tokens.claims()).to.deep.include({
      iss: suite.server.issuer,
      aud: 'demo',
      nonce: started.nonce,
      iat: now,
      exp: now + 3600,
      auth_time: now,
      acr: 'urn:countersign:acr:1fa',
      amr: ['otp'],
    });
    expect(tokens.claims()?.sub).to.match(/^[\w-]{22,}$/);
  });

  it('keep the time of the sign-in through a refresh', async () => {
    const time = suite.freeze();
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    time.advance(1_800_000);
    const fresh = await (await suite.party()).refresh(tokens.refresh_token ?? '');
    expect(fresh.claims()?.auth_time).to.equal(tokens.claims()?.auth_time);
    expect(fresh.claims()?.iat).to.equal(Math.floor(time.now() / 1000));
    expect(fresh.claims()?.amr).to.deep.equal(['otp']);
  });

  it('come one by one through the claims parameter', async () => {
    const address = suite.address();
    const claims = JSON.stringify({ id_token: { email: null }, userinfo: { email_verified: { essential: true } } });
    const { tokens } = await suite.signIn(suite.browser(), address, { parameters: { claims } });
    expect(tokens.claims()).to.include({ email: address }).and.not.to.have.property('email_verified');
    const userinfo = await (await suite.party()).userinfo(tokens.access_token, tokens.claims()?.sub);
    expect(userinfo).to.include({ email_verified: true }).and.not.to.have.property('email');
  });

  it('are not given to whoever has no access token, or another kind of token (R-45)', async () => {
    const { tokens } = await suite.signIn(suite.browser(), suite.address());
    const url = new URL('/me', suite.server.issuer);
    const ask = (headers: Record<string, string>, target = url) =>
      send({ method: 'GET', url: target, headers, body: null });
    for (const token of [tokens.id_token ?? '', tokens.refresh_token ?? '', 'x', `${tokens.access_token}x`]) {
      const answer = await ask({ authorization: `Bearer ${token}` });
      expect(answer.status).to.equal(401);
      expect(answer.headers['www-authenticate']).to.match(/^Bearer .*error="invalid_token"/);
      expect(answer.body).not.to.contain('"sub"');
    }
    expect((await ask({})).status).to.be.oneOf([400, 401]);
    const inQuery = new URL(`/me?access_token=${tokens.access_token}`, url);
    expect((await ask({}, inQuery)).status).to.be.oneOf([400, 401]);
    expect((await ask({ authorization: `Bearer ${tokens.access_token}` })).status).to.equal(200);
  });
});
