import { expect } from 'chai';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { parametersOf, useServer } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';

const SHOP = 'https://shop.example.test';
const CALLBACK = `${SHOP}/callback`;
const ORDERS = 'https://orders.example.test/api';
const STOCK = 'https://stock.example.test/api';

/** Registrations that differ in what their access tokens are. */
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
  client('shop', { accessTokenFormat: 'jwt', resources: [ORDERS, STOCK] }),
  client('desk', { resources: [ORDERS] }),
  client('partner', {
    firstParty: false,
    accessTokenFormat: 'jwt',
    resources: [ORDERS],
    scopes: ['openid', 'email', 'orders'],
  }),
];

describe('access tokens for an audience (RFC 8707, RFC 9068)', function () {
  this.timeout(20_000);
  const suite = useServer({ settings: { clients: CLIENTS } });

  const signIn = (clientId: string, parameters: Record<string, string> = {}) =>
    suite.signIn(suite.browser({ stopAt: [SHOP] }), suite.address(), {
      clientId,
      redirectUri: CALLBACK,
      parameters: { scope: 'openid email', ...parameters },
    });

  const keys = async (path: string): Promise<JSONWebKeySet> =>
    (await (await fetch(suite.server.issuer + path)).json()) as JSONWebKeySet;

  /** What a resource server does with a token (RFC 9068 §4). */
  const verify = async (token: string, audience: string) =>
    jwtVerify(token, createLocalJWKSet(await keys('/cis/oidc/jwks')), {
      issuer: suite.server.issuer,
      audience,
      algorithms: ['RS256'],
      typ: 'at+jwt',
    });

  it('are for the client itself when nothing else was asked for, and say of whom and of which session', async () => {
    const { tokens } = await signIn('shop');
    const { payload, protectedHeader } = await verify(tokens.access_token, 'shop');
    expect(payload).to.include({ sub: tokens.claims()?.sub, client_id: 'shop', scope: 'openid email' });
    expect(payload.jti).to.be.a('string');
    expect(Number(payload.exp) - Number(payload.iat)).to.equal(3600);
    expect((await keys('/jwks')).keys.map(({ kid }) => kid)).to.include(protectedHeader.kid);
    const [session] = await suite.server.server.store.artifacts.listByAccount(
      'SessionLife',
      String(payload.sub),
      Date.now(),
      10,
    );
    expect(payload.sid).to.equal(session?.id);
    expect(payload.acr).to.equal(tokens.claims()?.acr);
  });

  it('are for a listed resource when that was asked for, and stay so when they are refreshed', async () => {
    const { tokens } = await signIn('shop', { resource: ORDERS });
    const first = await verify(tokens.access_token, ORDERS);
    const party = await suite.party('shop', CALLBACK);
    const second = await party.refresh(tokens.refresh_token ?? '');
    const { payload } = await verify(second.access_token, ORDERS);
    expect(payload).to.include({ sub: first.payload.sub, sid: first.payload.sid, scope: 'openid email' });
    expect(payload.jti).not.to.equal(first.payload.jti);
    expect(second.claims()?.sub).to.equal(payload.sub);
  });

  it('are only for what was granted', async () => {
    const { tokens } = await signIn('shop', { resource: ORDERS });
    const refused = await (await suite.party('shop', CALLBACK)).token({
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      resource: STOCK,
    });
    expect(refused.body.error).to.equal('invalid_target');
  });

  it('are opaque for a client that wants them so, whatever they are for', async () => {
    const plain = (await signIn('desk')).tokens;
    const party = await suite.party('desk', CALLBACK);
    expect(await party.introspect(plain.access_token))
      .to.include({ active: true })
      .and.not.to.have.property('aud');
    expect((await party.userinfo(plain.access_token)).sub).to.equal(plain.claims()?.sub);
    const { tokens } = await signIn('desk', { resource: ORDERS });
    expect(tokens.access_token.split('.')).to.have.length(1);
    expect(await party.introspect(tokens.access_token)).to.include({ active: true, aud: ORDERS });
  });

  for (const [what, resource] of [
    ['nobody has listed', STOCK],
    ['is our own API', '/v1'],
    ['is another client', 'urn:countersign:client:shop'],
    ['is no URI', 'orders'],
    ['has a fragment', `${ORDERS}#all`],
    ['is nearly the same', `${ORDERS}/`],
  ] as const) {
    it(`are refused for a resource that ${what}`, async () => {
      const asked = resource === '/v1' ? suite.server.issuer + resource : resource;
      const browser = suite.browser({ stopAt: [SHOP] });
      const parameters = { scope: 'openid', resource: asked };
      await suite.begin(browser, { clientId: 'desk', redirectUri: CALLBACK, parameters });
      expect(parametersOf(browser.landedAt())).to.include({ error: 'invalid_target' });
      const own = await (await suite.party('desk', CALLBACK)).token({
        grant_type: 'client_credentials',
        resource: asked,
      });
      expect(own.status).to.equal(400);
      expect(own.body.error).to.equal('invalid_target');
    });
  }

  it('carry scopes of their own after people at third parties have agreed to them, once', async () => {
    const [browser, address] = [suite.browser({ stopAt: [SHOP] }), suite.address()];
    const options = {
      clientId: 'partner',
      redirectUri: CALLBACK,
      parameters: { scope: 'openid orders', resource: ORDERS },
    };
    const { tokens } = await suite.signIn(browser, address, options);
    expect(decodeJwt(tokens.access_token).scope).to.equal('openid orders');
    const started = await suite.begin(browser, options);
    const again = await suite.finish(browser, started, 'partner', CALLBACK);
    expect(decodeJwt(again.tokens.access_token).scope).to.equal('openid orders');
  });

  it('that are signed are not taken where only this server’s own are: userinfo, introspection, revocation', async () => {
    const { tokens } = await signIn('shop');
    const party = await suite.party('shop', CALLBACK);
    expect((await rejectionOf(party.userinfo(tokens.access_token))).message).to.be.a('string');
    const unsupported = { error: 'unsupported_token_type' };
    expect(await rejectionOf(party.introspect(tokens.access_token))).to.include(unsupported);
    expect(await rejectionOf(party.revoke(tokens.access_token))).to.include(unsupported);
  });

  it('of clients without permissions are what they were: opaque, and for nobody in particular', async () => {
    const party = await suite.party('desk', CALLBACK);
    const { access_token: token } = await party.clientCredentials();
    expect(await party.introspect(token))
      .to.include({ active: true })
      .and.not.to.have.any.keys('aud', 'scope');
  });
});
