import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { createBackendSuite } from '../support/backend.ts';
import { useServer } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';

const SHOP = 'https://shop.example.test';
const CALLBACK = `${SHOP}/callback`;
const MINUTE = 60_000;

const MAIL = 'https://shop.example.test/mail';
const client = (id: string, more: object) => ({
  id,
  secret: `${id}-secret`,
  redirectUris: [CALLBACK],
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
  firstParty: true,
  keepSignedIn: true,
  ...more,
});

const CLIENTS = [
  client('brisk', {
    lifetimes: {
      accessTokenSeconds: 120,
      idTokenSeconds: 90,
      refreshTokenSeconds: 600,
      refreshTokenAbsoluteSeconds: 900,
    },
  }),
  client('long', {
    lifetimes: { accessTokenSeconds: 86_400, refreshTokenSeconds: 7200, refreshTokenAbsoluteSeconds: 86_400 },
  }),
  client('named', { claims: { [MAIL]: 'email', user_id: 'sub', nickname: 'email', handle: 'preferred_username' } }),
  client('demo-backend', {
    pkceRequired: false,
    permissions: ['auth:execute', 'users:write', 'users:reveal', 'otp:direct'],
    lifetimes: { accessTokenSeconds: 180, idTokenSeconds: 240 },
    claims: { [MAIL]: 'email', user_id: 'sub' },
  }),
];

/** The installation ends chains of refresh tokens after an hour. */
const settings = {
  demo: false,
  clients: CLIENTS,
  tokens: { refreshTokenSeconds: 1800, refreshTokenAbsoluteSeconds: 3600 },
};

describe('tokens as a client wants them', function () {
  this.timeout(20_000);
  const suite = useServer({ settings });
  const api = createBackendSuite(suite);
  const party = (clientId: string) => suite.party(clientId, CALLBACK);
  const signIn = (clientId: string, scope: string, parameters: Readonly<Record<string, string>> = {}) =>
    suite.signIn(suite.browser({ stopAt: [SHOP] }), suite.address(), {
      clientId,
      redirectUri: CALLBACK,
      parameters: { scope, ...parameters },
    });

  describe('their lives', () => {
    it('are as long as it says, those of the client credentials among them', async () => {
      const time = suite.freeze();
      const { tokens } = await signIn('brisk', 'openid');
      expect(tokens.expires_in).to.equal(120);
      expect(Number(tokens.claims()?.exp) - Number(tokens.claims()?.iat)).to.equal(90);
      expect((await (await party('brisk')).clientCredentials()).expires_in).to.equal(120);
      time.advance(2 * MINUTE + 1000);
      expect(await (await party('brisk')).introspect(tokens.access_token)).to.deep.equal({ active: false });
    });

    it('end for a refresh token that is not used, and for a chain that is', async () => {
      const time = suite.freeze();
      const idle = (await signIn('brisk', 'openid')).tokens.refresh_token ?? '';
      let used = (await signIn('brisk', 'openid')).tokens.refresh_token ?? '';
      time.advance(9 * MINUTE);
      used = (await (await party('brisk')).refresh(used)).refresh_token ?? '';
      time.advance(2 * MINUTE);
      expect(await rejectionOf((await party('brisk')).refresh(idle))).to.have.property('error', 'invalid_grant');
      used = (await (await party('brisk')).refresh(used)).refresh_token ?? '';
      time.advance(5 * MINUTE);
      expect(await rejectionOf((await party('brisk')).refresh(used))).to.have.property('error', 'invalid_grant');
    });

    it('may be longer, but those of refresh tokens not longer than the installation allows at all', async () => {
      const time = suite.freeze();
      const { tokens } = await signIn('long', 'openid email');
      expect(tokens.expires_in).to.equal(86_400);
      expect(Number(tokens.claims()?.exp) - Number(tokens.claims()?.iat)).to.equal(3600);
      const other = (await signIn('long', 'openid')).tokens.refresh_token ?? '';
      time.advance(55 * MINUTE);
      const { access_token, refresh_token = '' } = await (await party('long')).refresh(tokens.refresh_token ?? '');
      time.advance(6 * MINUTE);
      for (const late of [other, refresh_token]) {
        expect(await rejectionOf((await party('long')).refresh(late))).to.have.property('error', 'invalid_grant');
      }
      time.advance(22 * 60 * MINUTE);
      expect((await (await party('long')).userinfo(access_token)).email, 'its grant outlives it').to.be.a('string');
    });

    it('are the same for who signs in over an API', async () => {
      const { answer } = await api.signIn();
      const { iat = 0, exp = 0 } = decodeJwt(String(answer.body.id_token));
      expect(exp - iat).to.equal(240);
      expect(answer.body.expires_in).to.equal(180);
    });
  });

  describe('claims under its own names', () => {
    it('are in the ID token and in userinfo, also after a refresh', async () => {
      const { tokens } = await signIn('named', 'openid email');
      const { sub, email } = decodeJwt(tokens.id_token ?? '');
      const own = { sub, email, [MAIL]: email, user_id: sub, nickname: email };
      expect(tokens.claims()).to.deep.include(own);
      const named = await party('named');
      expect(await named.userinfo(tokens.access_token, sub)).to.deep.equal({ ...own, email_verified: true });
      expect((await named.refresh(tokens.refresh_token ?? '')).claims()).to.deep.include(own);
    });

    it('are not released where what they say is not', async () => {
      const { tokens } = await signIn('named', 'openid');
      const claims = tokens.claims();
      expect(claims).to.include({ user_id: claims?.sub });
      for (const name of [MAIL, 'nickname', 'email', 'handle']) expect(claims).not.to.have.property(name);
      const userinfo = await (await party('named')).userinfo(tokens.access_token, claims?.sub);
      expect(userinfo).to.deep.equal({ sub: claims?.sub, user_id: claims?.sub });
    });

    it('follow the claims parameter, in the place that it names', async () => {
      const claims = JSON.stringify({ userinfo: { email: null } });
      const { tokens } = await signIn('named', 'openid', { claims });
      expect(tokens.claims()).not.to.have.any.keys(MAIL, 'email');
      const userinfo = await (await party('named')).userinfo(tokens.access_token, tokens.claims()?.sub);
      expect(userinfo[MAIL]).to.equal(userinfo.email).and.to.be.a('string');
    });

    it('are nobody else’s', async () => {
      const { tokens } = await signIn('long', 'openid email');
      expect(tokens.claims()).to.have.property('email');
      expect(tokens.claims()).not.to.have.any.keys(MAIL, 'user_id', 'nickname');
    });

    it('are in the ID tokens that are made over an API', async () => {
      const { identifier, answer } = await api.signIn();
      const { sub, ...claims } = decodeJwt(String(answer.body.id_token));
      expect(claims).to.deep.include({ [MAIL]: identifier, user_id: sub });
    });
  });
});
