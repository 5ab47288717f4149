import { expect } from 'chai';
import { createHosted } from '../support/hosted.ts';
import { useServer } from '../support/journey.ts';
import { freePort } from '../support/server.ts';

/** Another client that may do the same, with a second redirect URI. */
async function withNeighbour() {
  const port = await freePort();
  const client = {
    id: 'neighbour',
    secret: 'neighbour-secret',
    redirectUris: [`http://localhost:${port + 1}/callback`, `http://localhost:${port + 1}/other`],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    firstParty: true,
    scopes: ['openid', 'email', 'phone'],
    permissions: ['auth:execute'],
    resources: ['https://api.example.com/'],
  };
  return { port, settings: { clients: [client] } };
}

describe('safety: hosted sign-ins are no side door (R-39)', function () {
  this.timeout(30_000);
  const suite = useServer(withNeighbour);
  const hosted = createHosted(suite);
  const neighbour = createHosted(suite, 'neighbour');

  for (const clientId of ['demo', 'demo-backend']) {
    it(`a code of the page for ${clientId}, with PKCE, is not taken by the exchange of the API, nor spent`, async () => {
      const browser = suite.browser();
      const started = await suite.begin(browser, { clientId });
      await browser.submit('code-submit', { code: await suite.askForCode(browser, suite.address()) });
      const code = browser.landedAt().searchParams.get('code') ?? '';
      const credentials = { client_id: clientId, client_secret: `${clientId}-secret` };
      expect((await hosted.exchangeAtApi(code, credentials)).status).to.equal(400);
      await suite.finish(browser, started, clientId);
    });
  }

  it('nor is one of a page for a client that may leave PKCE out', async () => {
    const browser = suite.browser();
    await suite.begin(browser, {
      clientId: 'demo-backend',
      parameters: { code_challenge: undefined, code_challenge_method: undefined },
    });
    await browser.submit('code-submit', { code: await suite.askForCode(browser, suite.address()) });
    const code = browser.landedAt().searchParams.get('code') ?? '';
    expect((await hosted.exchangeAtApi(code)).status).to.equal(400);
    expect((await hosted.exchange(code)).status).to.equal(200);
  });

  it('nor one that the session of a hosted sign-in answered', async () => {
    const browser = suite.browser();
    await hosted.exchange(await hosted.authorizationCode(suite.address(), { browser }));
    await suite.begin(browser, {
      clientId: 'demo-backend',
      parameters: { code_challenge: undefined, code_challenge_method: undefined },
    });
    const code = browser.landedAt().searchParams.get('code') ?? '';
    expect((await hosted.exchangeAtApi(code)).status).to.equal(400);
  });

  it('a code of a hosted sign-in is for its own client', async () => {
    const code = await hosted.authorizationCode(suite.address());
    expect((await neighbour.exchangeAtApi(code)).status).to.equal(400);
    expect((await neighbour.exchange(code)).body.error).to.equal('invalid_grant');
    expect((await hosted.exchangeAtApi(code)).status).to.equal(200);
  });

  it('and for its own redirect URI', async () => {
    const other = neighbour.redirectUri.replace('/callback', '/other');
    const code = await neighbour.authorizationCode(suite.address());
    for (const redirect_uri of [other, '']) {
      expect((await neighbour.exchange(code, { redirect_uri })).status).to.equal(400);
    }
    expect((await neighbour.exchange(code)).status).to.equal(200);
  });

  const CHANGES: readonly (readonly [string, (url: URL) => void])[] = [
    [
      'another redirect URI',
      (url) => url.searchParams.set('redirect_uri', neighbour.redirectUri.replace('/callback', '/other')),
    ],
    ['fewer scopes', (url) => url.searchParams.set('scope', 'openid')],
    ['another nonce', (url) => url.searchParams.set('nonce', 'of-an-attacker')],
    ['claims', (url) => url.searchParams.set('claims', '{"id_token":{"phone_number":null}}')],
    ['a resource', (url) => url.searchParams.set('resource', 'https://api.example.com/')],
    ['an organization', (url) => url.searchParams.set('org_id', 'org_of_others')],
    ['a prompt', (url) => url.searchParams.set('prompt', 'select_account')],
    ['a consent that nobody asked for', (url) => url.searchParams.set('prompt', 'consent')],
    ['an age', (url) => url.searchParams.set('max_age', '100000')],
    ['an acr', (url) => url.searchParams.set('acr_values', 'urn:countersign:acr:1fa')],
    [
      'a challenge of PKCE',
      (url) => {
        url.searchParams.set('code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
        url.searchParams.set('code_challenge_method', 'S256');
      },
    ],
    ['a hint', (url) => url.searchParams.set('login_hint', 'somebody@example.org')],
  ];

  for (const [what, change] of CHANGES) {
    it(`${what} that the client did not ask for ends the sign-in, and spends the ticket`, async () => {
      const result = new URL(await neighbour.prove(suite.address()));
      const changed = new URL(result);
      change(changed);
      const browser = suite.browser();
      await browser.get(changed);
      expect(browser.stoppedAt?.searchParams.has('code') ?? false).to.equal(false);
      expect(browser.landedAt().searchParams.get('error')).to.equal('access_denied');
      expect((await neighbour.open(result.href))?.searchParams.has('code')).to.equal(false);
    });
  }

  it('more scopes than the client may have end it, too', async () => {
    const result = new URL(await neighbour.prove(suite.address()));
    result.searchParams.set('scope', 'openid email phone profile');
    expect((await neighbour.open(result.href))?.searchParams.get('error')).to.equal('invalid_scope');
  });

  it('a ticket of one client is worth nothing at another, whoever is signed in', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    const result = new URL(await hosted.prove(address));
    result.searchParams.set('client_id', 'demo');
    const landed = await hosted.open(result.href, browser);
    expect(landed?.searchParams.get('error')).to.equal('access_denied');
  });

  it('a made-up ticket lifts PKCE for nobody: it leads to no page and to no code', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    const query = new URLSearchParams({
      client_id: 'demo',
      redirect_uri: hosted.redirectUri,
      response_type: 'code',
      scope: 'openid',
      ticket: 'made-up',
    });
    for (const ticket of ['made-up', '', 'x'.repeat(5000)]) {
      query.set('ticket', ticket);
      await browser.get(`${suite.server.issuer}/auth?${query}`);
      expect(browser.landedAt().searchParams.has('code'), ticket).to.equal(false);
      expect(browser.landedAt().searchParams.has('error'), ticket).to.equal(true);
    }
  });

  it('pushed requests are no way around it: a made-up ticket in one leads nowhere, a right one where it belongs', async () => {
    const browser = suite.browser();
    await suite.signIn(browser, suite.address());
    const result = new URL(await hosted.prove(suite.address()));
    const push = async (changes: Readonly<Record<string, string>>) => {
      const answer = await fetch(new URL('/cis/oidc/request', suite.server.issuer), {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('demo-backend:demo-backend-secret')}` },
        body: new URLSearchParams({ ...Object.fromEntries(result.searchParams), ...changes }),
      });
      const { request_uri: pushed } = (await answer.json()) as { request_uri: string };
      const query = new URLSearchParams({ client_id: 'demo-backend', request_uri: pushed });
      return `${suite.server.issuer}/auth?${query}`;
    };
    for (const changes of [{ ticket: 'made-up' }, { ticket: 'made-up', prompt: 'none' }]) {
      await browser.get(await push(changes));
      expect(browser.landedAt().searchParams.has('code')).to.equal(false);
    }
    const without = await push({ ticket: '' });
    const asked = await suite.browser().get(`${without}&ticket=${result.searchParams.get('ticket')}`);
    expect(asked.has('identifier-submit'), 'a ticket beside a pushed request counts for nothing').to.equal(true);
    expect((await hosted.open(await push({})))?.searchParams.has('code')).to.equal(true);
  });

  it('a journey that began with a ticket asks nobody who they are', async () => {
    const [browser, address, number] = [suite.browser(), suite.address(), suite.number()];
    const claims = { id_token: { acr: { essential: true, values: ['urn:countersign:acr:2fa'] } } };
    await hosted.open(await hosted.prove(address, { send: { claims } }), browser);
    expect(browser.page.has('identifier')).to.equal(true);
    const { form } = browser.page.formAt('identifier-submit');
    const csrf = browser.page.element('identifier-submit');
    expect(csrf.name).to.equal('button');
    const root = new URL(form.action, browser.page.url).pathname.split('/').slice(0, 3).join('/');
    const token = browser.page.html.match(/name="csrf" value="([^"]+)"/)?.[1] ?? '';
    const before = await suite.server.inbox(number);
    await browser
      .tab()
      .postFrom(browser.page.url, new URL(root, suite.server.issuer), { csrf: token, identifier: number });
    await suite.delivered();
    expect(await suite.server.inbox(number)).to.deep.equal(before);
  });
});
