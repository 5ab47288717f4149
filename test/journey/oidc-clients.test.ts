import { expect } from 'chai';
import { useServer } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';
import { createRelyingParty, type RelyingParty, type Tokens } from '../support/relying-party.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('OpenID Connect: clients prove who they are', () => {
  const suite = useServer({
    settings: {
      clients: [
        { id: 'spa', type: 'spa', redirectUris: ['https://spa.example.test/cb'], firstParty: true },
        { id: 'reports', type: 'machine', secret: 'reports-secret' },
      ],
    },
  });

  const party = (authMethod: 'client_secret_basic' | 'client_secret_post', secret: string): Promise<RelyingParty> =>
    createRelyingParty({
      issuer: suite.server.issuer,
      clientId: 'demo-backend',
      clientSecret: secret,
      redirectUri: `${suite.server.application}/callback`,
      authMethod,
    });

  for (const authMethod of ['client_secret_basic', 'client_secret_post'] as const) {
    it(`by ${authMethod}; a wrong secret is answered 401 and leaves a trace`, async () => {
      const right = await (await party(authMethod, 'demo-backend-secret')).token({ grant_type: 'client_credentials' });
      expect(right.status).to.equal(200);
      for (const secret of ['wrong', 'demo-secret', 'demo-backend-secret ']) {
        const answer = await (await party(authMethod, secret)).token({ grant_type: 'client_credentials' });
        expect(answer.status).to.equal(401);
        expect(answer.body.error).to.equal('invalid_client');
        expect(answer.body).not.to.have.property('access_token');
      }
      const events = await suite.events({ type: 'client.authentication_failed', clientId: 'demo-backend' }, 3);
      expect(events.length).to.be.at.least(3);
    });
  }

  it('and not without, nor twice, nor in the address', async () => {
    const { issuer } = suite.server;
    const post = (url: string, headers: Record<string, string>, body: string): Promise<Response> =>
      fetch(url, { method: 'POST', headers: { ...FORM, ...headers }, body });
    const grant = 'grant_type=client_credentials';
    const basic = { authorization: `Basic ${Buffer.from('demo-backend:demo-backend-secret').toString('base64')}` };
    const secret = 'client_id=demo-backend&client_secret=demo-backend-secret';
    for (const [what, response] of [
      ['nothing', await post(`${issuer}/token`, {}, grant)],
      ['an id alone', await post(`${issuer}/token`, {}, `${grant}&client_id=demo-backend`)],
      ['both ways at once', await post(`${issuer}/token`, basic, `${grant}&${secret}`)],
      ['the query', await post(`${issuer}/token?${secret}`, {}, grant)],
      ['an unknown id', await post(`${issuer}/token`, {}, `${grant}&client_id=nobody&client_secret=x`)],
      ['an empty secret', await post(`${issuer}/token`, {}, `${grant}&client_id=demo-backend&client_secret=`)],
    ] as const) {
      expect(response.status, what).to.be.oneOf([400, 401]);
      expect(await response.json(), what).not.to.have.property('access_token');
    }
  });

  it('get a token of their own by client_credentials, for nobody and without a refresh token', async () => {
    const backend = await suite.party('reports');
    const tokens = await backend.clientCredentials();
    expect(tokens.refresh_token).to.equal(undefined);
    expect(tokens.id_token).to.equal(undefined);
    const about = await backend.introspect(tokens.access_token);
    expect(about).to.include({ active: true, client_id: 'reports', token_type: 'Bearer' });
    expect(about).not.to.have.property('username');
    expect((await rejectionOf(backend.userinfo(tokens.access_token))).message).to.be.a('string');
  });

  it('get none where the grant is not theirs', async () => {
    const answer = await (await suite.party()).token({ grant_type: 'client_credentials' });
    expect(answer.status).to.equal(400);
    // The engine's word for it; RFC 6749 §5.2 has unauthorized_client.
    expect(answer.body.error).to.be.oneOf(['invalid_request', 'unauthorized_client']);
    expect(answer.body).not.to.have.property('access_token');
  });

  it('go without a secret where they cannot keep one, and then never without PKCE', async () => {
    const redirectUri = 'https://spa.example.test/cb';
    const spa = await createRelyingParty({ issuer: suite.server.issuer, clientId: 'spa', redirectUri });
    const browser = suite.browser({ stopAt: [new URL(redirectUri).origin, suite.server.application] });
    await suite.signIn(browser, suite.address());
    const started = await spa.start({ scope: 'openid offline_access', prompt: 'consent' });
    await browser.get(started.url);
    await browser.click('consent-allow');
    const tokens = await spa.finish(browser.landedAt(), started);
    const second = await spa.refresh(tokens.refresh_token ?? '');
    expect(second.refresh_token).to.be.a('string').and.not.to.equal(tokens.refresh_token);
    const post = await fetch(`${suite.server.issuer}/token`, {
      method: 'POST',
      headers: FORM,
      body: 'grant_type=client_credentials&client_id=spa',
    });
    expect(post.status).to.be.oneOf([400, 401]);
  });
});

describe('OpenID Connect: revocation and introspection (R-48)', () => {
  const redirectUri = 'https://ledger.example.test/callback';
  const ledger = { id: 'ledger', secret: 'ledger-secret', redirectUris: [redirectUri], firstParty: true };
  const suite = useServer({ settings: { clients: [ledger] } });
  const parameters = { scope: 'openid email offline_access', prompt: 'consent' };

  const backendTokens = async (): Promise<Tokens> => {
    const browser = suite.browser({ stopAt: [new URL(redirectUri).origin] });
    return (await suite.signIn(browser, suite.address(), { clientId: 'ledger', redirectUri, parameters })).tokens;
  };

  it('tell the owner of a token about it', async () => {
    const tokens = await backendTokens();
    const party = await suite.party('ledger');
    const about = await party.introspect(tokens.access_token);
    expect(about).to.include({ active: true, client_id: 'ledger', sub: tokens.claims()?.sub });
    expect(about.scope?.split(' ')).to.include.members(['openid', 'email']);
    expect(Number(about.exp) - Number(about.iat)).to.equal(3600);
    expect(await party.introspect(tokens.refresh_token ?? '')).to.include({ active: true });
  });

  it('tell everybody else exactly that it is not active', async () => {
    const tokens = await backendTokens();
    const other = await suite.party();
    for (const token of [tokens.access_token, tokens.refresh_token ?? '', 'unknown']) {
      expect(await other.introspect(token)).to.deep.equal({ active: false });
    }
  });

  it('do not take an ID token for one of theirs (R-45)', async () => {
    const tokens = await backendTokens();
    const party = await suite.party('ledger');
    expect(await rejectionOf(party.introspect(tokens.id_token ?? ''))).to.include({ error: 'unsupported_token_type' });
  });

  it('tell nobody anything without a client', async () => {
    const { access_token: token } = await backendTokens();
    for (const path of ['/token/introspection', '/token/revocation']) {
      const body = new URLSearchParams({ token });
      const response = await fetch(suite.server.issuer + path, { method: 'POST', headers: FORM, body });
      expect(response.status, path).to.be.oneOf([400, 401]);
      expect(await response.text()).not.to.contain('active');
    }
    expect(await (await suite.party('ledger')).introspect(token)).to.include({ active: true });
  });

  it('say of an expired token only that it is not active', async () => {
    const time = suite.freeze();
    const tokens = await backendTokens();
    time.advance(3_601_000);
    const party = await suite.party('ledger');
    expect(await party.introspect(tokens.access_token)).to.deep.equal({ active: false });
    expect((await rejectionOf(party.userinfo(tokens.access_token))).message).to.be.a('string');
  });

  it('end a refresh token and everything made with it', async () => {
    const tokens = await backendTokens();
    const party = await suite.party('ledger');
    const { access_token: second, refresh_token: live = '' } = await party.refresh(tokens.refresh_token ?? '');
    await party.revoke(live);
    for (const token of [tokens.access_token, second, live]) {
      expect(await party.introspect(token)).to.deep.equal({ active: false });
    }
    const refused = await party.token({ grant_type: 'refresh_token', refresh_token: live });
    expect(refused.body.error).to.equal('invalid_grant');
    expect((await rejectionOf(party.userinfo(second))).message).to.be.a('string');
  });

  it('answer 200 for a token nobody knows, and refuse that of another client without touching it', async () => {
    const tokens = await backendTokens();
    const other = await suite.party();
    await other.revoke('unknown');
    await rejectionOf(other.revoke(tokens.access_token));
    const party = await suite.party('ledger');
    expect(await party.introspect(tokens.access_token)).to.include({ active: true });
  });
});
