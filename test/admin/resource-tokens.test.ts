import { expect } from 'chai';
import { decodeProtectedHeader } from 'jose';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { createBackendSuite } from '../support/backend.ts';
import { enterCode, readableText, useServer } from '../support/journey.ts';
import { APPLICATION, CALLBACK, createResourceDesk, ORDER_SCOPES, SHOP } from '../support/resources.ts';

const DECLARED = 'https://declared.example.test/api';
const FIVE_SECONDS = 5_001;

describe('registered resources decide what tokens for them are like:', function () {
  this.timeout(30_000);
  const suite = useServer({
    env: withAdmin,
    settings: {
      clients: [
        {
          ...APPLICATION,
          id: 'shop',
          secret: 'shop-secret',
          firstParty: true,
          resources: [DECLARED],
          scopes: ['openid', 'email', 'read', 'write'],
        },
      ],
    },
  });
  const admin = createAdministrator(suite);
  const api = createBackendSuite(suite);
  const desk = createResourceDesk(suite);

  const signIn = (clientId: string, parameters: Readonly<Record<string, string>>) =>
    suite.signIn(suite.browser({ stopAt: [SHOP] }), suite.address(), {
      clientId,
      redirectUri: CALLBACK,
      parameters,
    });

  for (const signingAlg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
    it(`signed by ${signingAlg}, with their scopes and their life, whatever the client wants`, async () => {
      const { audience } = await desk.create({ signingAlg, scopes: ORDER_SCOPES, accessTokenSeconds: 300 });
      const app = await desk.application(audience, { lifetimes: { accessTokenSeconds: 7200 } });
      const body = await desk.ownToken(app, audience, 'read');
      expect(body).to.include({ expires_in: 300, scope: 'read' });
      const { payload, protectedHeader } = await desk.verify(String(body.access_token), String(audience));
      expect(protectedHeader.alg).to.equal(signingAlg);
      expect(payload).to.include({ aud: audience, client_id: app.id, scope: 'read' });
      expect(Number(payload.exp) - Number(payload.iat)).to.equal(300);
    });
  }

  it('no scope that they do not have, and none that the client does not have', async () => {
    const { audience } = await desk.create({ scopes: ORDER_SCOPES });
    const app = await desk.application(audience);
    for (const scope of ['write', 'all', 'email', 'read write']) {
      const body = await desk.ownToken(app, audience, scope);
      expect(body.scope ?? '', scope).to.equal(scope === 'read write' ? 'read' : '');
    }
  });

  it('opaque where they want them so, for clients that get signed ones elsewhere', async () => {
    const { audience } = await desk.create({ accessTokenFormat: 'opaque' });
    const app = await desk.application(audience, { accessTokenFormat: 'jwt' });
    const body = await desk.ownToken(app, audience);
    expect(String(body.access_token).split('.')).to.have.length(1);
  });

  it('within five seconds by new rules, by refreshes as well', async () => {
    const time = suite.freeze();
    const resource = await admin.call('POST', '/resources', {
      body: { name: 'D', audience: DECLARED, scopes: ORDER_SCOPES },
    });
    const { tokens } = await signIn('shop', { scope: 'openid email read write', resource: DECLARED });
    expect((await desk.verify(tokens.access_token, DECLARED)).payload.scope).to.equal('read write');
    expect(tokens.claims()).to.have.property('email');
    const body = { version: 1, scopes: ORDER_SCOPES.slice(0, 1), signingAlg: 'ES256', accessTokenSeconds: 60 };
    expect((await admin.call('PATCH', desk.path(resource.body), { body })).status).to.equal(200);
    time.advance(FIVE_SECONDS);
    const again = await (await suite.party('shop', CALLBACK)).refresh(tokens.refresh_token ?? '');
    expect(again.expires_in).to.equal(60);
    expect(decodeProtectedHeader(again.access_token).alg).to.equal('ES256');
    expect((await desk.verify(again.access_token, DECLARED)).payload.scope).to.equal('read');
    const removed = await admin.call('DELETE', desk.path(resource.body));
    expect([removed.status, removed.body.error], 'a declared client names it').to.deep.equal([
      409,
      'declared_elsewhere',
    ]);
  });

  it('also over the API, where no browser is', async () => {
    const { audience } = await desk.create({ scopes: ORDER_SCOPES, signingAlg: 'EdDSA', accessTokenSeconds: 120 });
    const fields = { permissions: ['auth:execute', 'users:write', 'otp:direct'], pkceRequired: false };
    const { party } = await desk.application(audience, fields);
    const token = (await party.clientCredentials()).access_token;
    const address = suite.address();
    await api.call('/cis/v1/users', { token, body: { email: address } });
    const code = await api.codeFor(address, {}, token);
    const { status, body, text } = await api.authenticate(address, code, { resource: audience }, token);
    expect(status, text).to.equal(200);
    expect(body.expires_in).to.equal(120);
    const { payload, protectedHeader } = await desk.verify(String(body.access_token), String(audience));
    expect(protectedHeader.alg).to.equal('EdDSA');
    expect(payload).to.include({ scope: 'read' });
  });

  it('and what people are told when they are asked for their consent', async () => {
    const { audience } = await desk.create({
      scopes: [
        { name: 'read', description: 'See <b>your</b> orders' },
        { name: 'bare', description: 'Nothing in particular' },
      ],
    });
    const fields = { firstParty: false, scopes: ['openid', 'read', 'bare'] };
    const { party } = await desk.application(audience, fields);
    const browser = suite.browser({ stopAt: [SHOP] });
    await browser.get((await party.start({ scope: 'openid read', resource: String(audience) })).url);
    await enterCode(browser, await suite.askForCode(browser, suite.address()));
    expect(readableText(browser.page)).to.include('See <b>your</b> orders').and.not.include('Nothing in particular');
  });
});
