import { expect } from 'chai';
import * as oidc from 'openid-client';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { readableText, type Suite, useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

const CALLBACK = 'https://app.example.com/callback';
const WEB = { client_name: 'Shop', redirect_uris: [CALLBACK] };

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A client at the registration endpoint, or at its own address below it. */
const createApplicant = (suite: Suite) => ({
  async call(method: string, path: string, token: string | null, body?: unknown): Promise<Answered> {
    const answer = await send({
      method,
      url: new URL(path, suite.server.issuer),
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const parsed = answer.body === '' ? {} : (JSON.parse(answer.body) as Answered['body']);
    return { status: answer.status, headers: answer.headers, body: parsed };
  },
});

describe('Dynamic registration, where nobody has asked for it', () => {
  const suite = useServer({ env: withAdmin });
  const applicant = createApplicant(suite);

  it('is not there: no endpoint, nothing in discovery (R-51)', async () => {
    for (const [method, path] of [
      ['POST', '/reg'],
      ['GET', '/reg/demo'],
      ['PUT', '/reg/demo'],
      ['DELETE', '/reg/demo'],
    ] as const) {
      const { status } = await applicant.call(
        method,
        path,
        withAdmin.ADMIN_API_KEY,
        method === 'POST' ? WEB : undefined,
      );
      expect(status, method).to.equal(404);
    }
    const { body } = await applicant.call('GET', '/.well-known/openid-configuration', null);
    expect(body).not.to.have.property('registration_endpoint');
  });
});

describe('Dynamic registration', function () {
  this.timeout(30_000);
  const suite = useServer({
    env: withAdmin,
    settings: { registration: { enabled: true, clients: 40, perNetwork: [{ limit: 1000, windowSeconds: 60 }] } },
  });
  const admin = createAdministrator(suite);
  const applicant = createApplicant(suite);

  const initialToken = async (more: object = {}): Promise<string> => {
    const { status, body, text } = await admin.call('POST', '/keys', {
      body: { name: 'partners', scope: 'register', ...more },
    });
    expect(status, text).to.equal(201);
    return String(body.key);
  };
  const register = async (metadata: object = WEB) => {
    const { status, body } = await applicant.call('POST', '/reg', await initialToken(), metadata);
    expect(status, JSON.stringify(body)).to.equal(201);
    return { body, id: String(body.client_id), token: String(body.registration_access_token) };
  };
  const ownPath = (id: string): string => `/reg/${id}`;

  it('a stock client registers, and a person who was warned signs in', async () => {
    const configuration = await oidc.dynamicClientRegistration(
      new URL(suite.server.issuer),
      { client_name: 'Stock', redirect_uris: [CALLBACK] },
      undefined,
      { initialAccessToken: await initialToken(), execute: [oidc.allowInsecureRequests] },
    );
    const metadata = configuration.clientMetadata();
    expect(metadata).to.deep.include({ grant_types: ['authorization_code'], response_types: ['code'] });
    expect(metadata.client_secret).to.match(/^[\w-]{43}$/);
    const browser = suite.browser({ stopAt: ['https://app.example.com'] });
    const address = suite.address();
    const verifier = oidc.randomPKCECodeVerifier();
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: CALLBACK,
      scope: 'openid email',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const code = async (): Promise<string> => suite.askForCode(browser, address);
    await browser.get(url);
    await browser.submit('code-submit', { code: await code() });
    expect(browser.page.has('consent-unverified')).to.equal(true);
    expect(readableText(browser.page)).to.contain('Countersign has not verified this application');
    expect(browser.page.textOf('consent-unverified')).to.contain('app.example.com').and.to.contain('Stock');
    await browser.click('consent-allow');
    const tokens = await oidc.authorizationCodeGrant(configuration, browser.landedAt(), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
    });
    expect(tokens.claims()).to.include({ email: address, aud: metadata.client_id });
    // The same person, signed in, with the same wishes: asked again, for all of them.
    await browser.get(url);
    expect(browser.page.has('consent-unverified')).to.equal(true);
    expect(browser.page.text).to.contain('See your e-mail address');
    const silent = new URL(url);
    silent.searchParams.set('prompt', 'none');
    await browser.get(silent);
    expect(browser.landedAt().searchParams.get('error')).to.equal('consent_required');
  });

  it('keeps nothing of what it hands out but digests, and says who has registered what', async () => {
    const { id, body, token } = await register();
    const stored = await suite.server.server.store.clients.find(id);
    const text = JSON.stringify(stored);
    expect(text).not.to.contain(String(body.client_secret)).and.not.to.contain(token);
    expect(stored).to.include({ source: 'registration', firstParty: false, pkceRequired: true, type: 'web' });
    expect(body).to.include({
      client_secret_expires_at: 0,
      registration_client_uri: `${suite.server.issuer}/reg/${id}`,
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const [event] = await suite.events({ type: 'client.registered', clientId: id });
    expect(event?.actor).to.match(/^key:.+ \(partners\)$/);
    expect(JSON.stringify(event)).not.to.contain(token);
    const shown = await admin.call('GET', `/clients/${id}`);
    expect(shown.body).to.include({ source: 'registration' });
    expect(shown.text).not.to.contain('registrationTokenHash');
  });

  it('finds out what kind of application asks', async () => {
    const types: [string, object][] = [
      ['web', WEB],
      ['spa', { ...WEB, token_endpoint_auth_method: 'none' }],
      [
        'spa',
        { redirect_uris: ['http://localhost:5173/'], token_endpoint_auth_method: 'none', application_type: 'web' },
      ],
      ['native', { redirect_uris: ['http://127.0.0.1:8765/callback'], token_endpoint_auth_method: 'none' }],
      ['native', { redirect_uris: ['com.example.app:/callback'], application_type: 'native' }],
      ['machine', { grant_types: ['client_credentials'] }],
    ];
    for (const [type, metadata] of types) {
      const { id, body } = await register(metadata);
      expect(await suite.server.server.store.clients.find(id), type).to.include({ type });
      expect('client_secret' in body, type).to.equal(type === 'web' || type === 'machine');
    }
  });

  it('ignores what it does not know, and gives nothing that administrators give', async () => {
    const rights = { first_party: true, firstParty: true, pkce_required: false, pkceRequired: false, id_tokens: true };
    const more = { permissions: ['users:write'], resources: ['https://api.example.org'], trustLoginHint: true };
    const scope = 'openid admin users:write';
    const { id, body } = await register({ ...WEB, ...rights, ...more, scope, contacts: ['a@example.org'], jwks: {} });
    expect(body.scope).to.equal('openid');
    expect(await suite.server.server.store.clients.find(id)).to.deep.include({
      firstParty: false,
      pkceRequired: true,
      permissions: [],
      resources: [],
      trustLoginHint: false,
      scopes: ['openid'],
    });
    for (const change of [{ firstParty: true }, { pkceRequired: false }, { permissions: ['users:write'] }]) {
      const refused = await admin.call('PATCH', `/clients/${id}`, { body: { version: 1, ...change } });
      expect([refused.status, refused.body.error], JSON.stringify(change)).to.deep.equal([409, 'client_unverified']);
    }
  });

  it('says in the words of the standard what is wrong', async () => {
    const token = await initialToken({ name: 'errors' });
    const cases: [string, unknown, RegExp][] = [
      ['invalid_redirect_uri', { redirect_uris: ['https://*.example.org/'] }, /redirect_uris\.0: .*wildcard/],
      ['invalid_redirect_uri', { redirect_uris: ['http://app.example.org/'] }, /redirect_uris\.0: .*uses http/],
      ['invalid_redirect_uri', {}, /at least one/],
      // Bug: a name could turn the words around it, or begin a line of its own.
      ['invalid_client_metadata', { ...WEB, client_name: 'Sh\u202epo' }, /client_name: .*marks of direction/],
      ['invalid_client_metadata', { ...WEB, client_name: 'Shop\r\nBcc: a@b.example' }, /client_name: line breaks/],
      ['invalid_client_metadata', { ...WEB, client_name: 'Sh\u0000op' }, /client_name: .*control characters/],
      ['invalid_redirect_uri', { redirect_uris: 'https://app.example.org/' }, /redirect_uris: /],
      ['invalid_client_metadata', { ...WEB, grant_types: ['implicit'] }, /grant_types/],
      ['invalid_client_metadata', { ...WEB, response_types: ['code id_token'] }, /response_types/],
      [
        'invalid_client_metadata',
        { ...WEB, token_endpoint_auth_method: 'private_key_jwt' },
        /token_endpoint_auth_method/,
      ],
      ['invalid_client_metadata', { ...WEB, logo_uri: 'javascript:alert(1)' }, /logo_uri: /],
      ['invalid_client_metadata', { ...WEB, client_name: 'x'.repeat(101) }, /client_name: /],
      [
        'invalid_client_metadata',
        { ...WEB, application_type: 'native', token_endpoint_auth_method: 'client_secret_basic' },
        /native application/,
      ],
      ['invalid_client_metadata', [], /object/],
      ['unapproved_software_statement', { ...WEB, software_statement: 'e30.e30.' }, /not taken/],
    ];
    for (const [error, metadata, description] of cases) {
      const { status, body } = await applicant.call('POST', '/reg', token, metadata);
      expect([status, body.error], JSON.stringify(metadata)).to.deep.equal([400, error]);
      expect(body.error_description).to.match(description);
    }
  });

  it('opens to an initial access token and to nothing else, which opens nothing else', async () => {
    const { body: other } = await admin.call('POST', '/keys', { body: { name: 'reader', scope: 'read' } });
    for (const [token, status, error] of [
      [null, 401, 'invalid_token'],
      ['wrong', 401, 'invalid_token'],
      [String(other.key), 403, 'insufficient_scope'],
    ] as const) {
      const { status: got, body, headers } = await applicant.call('POST', '/reg', token, WEB);
      expect([got, body.error]).to.deep.equal([status, error]);
      expect(headers['www-authenticate']).to.match(/^Bearer/);
    }
    const key = await initialToken();
    for (const [method, path] of [
      ['GET', '/clients'],
      ['GET', '/keys'],
      ['POST', '/keys'],
      ['GET', '/events'],
    ] as const) {
      expect((await admin.call(method, path, { key })).status, path).to.equal(403);
    }
    const time = suite.freeze();
    const brief = await initialToken({ expires_at: Date.now() + 1000 });
    time.advance(1001);
    expect((await applicant.call('POST', '/reg', brief, WEB)).status).to.equal(401);
  });

  it('lets a client look after itself, by a token that changes with it (RFC 7592)', async () => {
    const { id, token, body: made } = await register();
    const read = await applicant.call('GET', ownPath(id), token);
    expect(read.status).to.equal(200);
    expect(read.body).to.deep.include({ client_id: id, client_name: 'Shop', registration_access_token: token });
    expect(read.body).not.to.have.property('client_secret');
    const update = { ...WEB, client_id: id, client_secret: made.client_secret, client_name: 'Shop 2' };
    const { status, body } = await applicant.call('PUT', ownPath(id), token, update);
    expect([status, body.client_name]).to.deep.equal([200, 'Shop 2']);
    const next = String(body.registration_access_token);
    expect(next).not.to.equal(token);
    expect((await applicant.call('GET', ownPath(id), token)).status).to.equal(401);
    const [event] = await suite.events({ type: 'client.changed', clientId: id });
    expect(event?.actor).to.equal(`registration:${id}`);
    expect((await applicant.call('DELETE', ownPath(id), next)).status).to.equal(204);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const gone = await applicant.call(method, ownPath(id), next, method === 'PUT' ? update : undefined);
      expect([gone.status, gone.body.error], method).to.deep.equal([401, 'invalid_token']);
    }
  });

  it('refuses a client that says what is not its own to say', async () => {
    const { id, token } = await register();
    const cases: [object, RegExp][] = [
      [WEB, /client_id/],
      [{ ...WEB, client_id: 'demo' }, /client_id/],
      [{ ...WEB, client_id: id, client_secret: 'mine' }, /client_secret/],
      [{ ...WEB, client_id: id, registration_access_token: 'mine' }, /registration_access_token/],
      [{ ...WEB, client_id: id, token_endpoint_auth_method: 'none' }, /type spa/],
    ];
    for (const [metadata, description] of cases) {
      const { status, body } = await applicant.call('PUT', ownPath(id), token, metadata);
      expect([status, body.error], JSON.stringify(metadata)).to.deep.equal([400, 'invalid_client_metadata']);
      expect(body.error_description).to.match(description);
    }
    expect((await applicant.call('GET', ownPath(id), token)).status).to.equal(200);
  });

  it('keeps what administrators have decided, and one client from another', async () => {
    const { id, token } = await register();
    await admin.call('PATCH', `/clients/${id}`, { body: { version: 1, signUp: 'closed', mailProof: 'code' } });
    await applicant.call('PUT', ownPath(id), token, { ...WEB, client_id: id, signUp: 'open' });
    expect(await suite.server.server.store.clients.find(id)).to.include({ signUp: 'closed', mailProof: 'code' });
    const other = await register();
    for (const [path, held] of [
      [ownPath(other.id), token],
      [ownPath('demo'), other.token],
      [ownPath('nobody'), other.token],
      [ownPath(other.id), null],
      [ownPath(other.id), withAdmin.ADMIN_API_KEY],
    ] as const) {
      expect((await applicant.call('GET', path, held)).status, path).to.equal(401);
    }
    const { version = 0 } = (await suite.server.server.store.clients.find(other.id)) ?? {};
    await admin.call('PATCH', `/clients/${other.id}`, { body: { version, disabled: true } });
    expect((await applicant.call('GET', ownPath(other.id), other.token)).status).to.equal(400);
  });

  it('changes a client once for one token, however often it is shown at the same time', async () => {
    const { id, token } = await register();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        applicant.call('PUT', ownPath(id), token, { ...WEB, client_id: id, client_name: `Shop ${index}` }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).to.deep.equal([200, ...Array(7).fill(401)]);
  });

  it('ends when an administrator has verified the client: no warning, and no change by itself', async () => {
    const { id, token } = await register();
    const verify = () => admin.call('POST', `/clients/${id}/verify`, { body: { version: 1 } });
    const { status, body } = await verify();
    expect([status, body.source]).to.deep.equal([200, 'administrator']);
    expect((await verify()).status).to.equal(409);
    expect((await applicant.call('GET', ownPath(id), token)).status).to.equal(401);
    const changed = await admin.call('PATCH', `/clients/${id}`, { body: { version: 2, firstParty: true } });
    expect(changed.status).to.equal(200);
    expect((await admin.call('POST', '/clients/demo/verify', { body: { version: 1 } })).status).to.equal(409);
    const [event] = await suite.events({ type: 'client.changed', clientId: id }, 2);
    expect(event?.changes?.map(({ field }) => field)).to.deep.equal(['firstParty']);
  });

  it('has a bound for each token, and one for all', async () => {
    const token = await initialToken({ name: 'busy' });
    let last: Answered = { status: 0, headers: {}, body: {} };
    for (let made = 0; made < 50 && last.status !== 429 && last.status !== 403; made += 1) {
      last = await applicant.call('POST', '/reg', token, WEB);
    }
    // 20 by one token in an hour.
    expect([last.status, Number(last.headers['retry-after']) > 0]).to.deep.equal([429, true]);
    const other = await initialToken({ name: 'late' });
    let full: Answered = { status: 0, headers: {}, body: {} };
    for (let made = 0; made < 20 && full.status !== 403; made += 1)
      full = await applicant.call('POST', '/reg', other, WEB);
    expect([full.status, full.body.error]).to.deep.equal([403, 'access_denied']);
  });
});
