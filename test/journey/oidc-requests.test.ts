import { expect } from 'chai';
import { enterCode, parametersOf, useServer } from '../support/journey.ts';
import type { Started } from '../support/relying-party.ts';
import { send } from '../support/wire.ts';

const NARROW = 'https://narrow.example.test/callback';
const NATIVE = 'http://127.0.0.1/callback';
const APP = 'com.example.app:/callback';

describe('OpenID Connect: redirect URIs (R-36, R-37)', () => {
  const clients = [{ id: 'native', type: 'native', redirectUris: [NATIVE, APP], firstParty: true }];
  const suite = useServer({ settings: { clients } });

  for (const [what, change] of [
    ['another path', (uri: string) => uri.replace('/callback', '/other')],
    ['a suffix', (uri: string) => `${uri}2`],
    ['a path below', (uri: string) => `${uri}/more`],
    ['a slash added', (uri: string) => `${uri}/`],
    ['a part of it', (uri: string) => uri.slice(0, -1)],
    ['a query added', (uri: string) => `${uri}?x=1`],
    ['an empty query', (uri: string) => `${uri}?`],
    ['a fragment added', (uri: string) => `${uri}#x`],
    ['the path in upper case', (uri: string) => uri.replace('/callback', '/CALLBACK')],
    ['the host in upper case', (uri: string) => uri.replace('localhost', 'LOCALHOST')],
    ['the scheme in upper case', (uri: string) => uri.replace('http:', 'HTTP:')],
    ['another port', (uri: string) => uri.replace(/:\d+/, ':1')],
    ['a trailing dot', (uri: string) => uri.replace('localhost', 'localhost.')],
    ['the number of the host', (uri: string) => uri.replace('localhost', '127.0.0.1')],
    ['another host in front', (uri: string) => uri.replace('//', '//evil.example@')],
    ['a dot segment', (uri: string) => uri.replace('/callback', '/x/../callback')],
    ['an encoded character', (uri: string) => uri.replace('/callback', '/%63allback')],
    ['white space', (uri: string) => `${uri} `],
    ['script', () => 'javascript:alert(1)'],
    ['nothing', () => ''],
  ] as const) {
    it(`shows a page and goes nowhere for ${what}`, async () => {
      const browser = suite.browser({ stopAt: [suite.server.application, 'http://localhost:1'] });
      const redirect = change(`${suite.server.application}/callback`);
      await suite.begin(browser, { parameters: { redirect_uri: redirect } });
      expect(browser.stoppedAt).to.equal(null);
      expect(browser.page.status).to.equal(400);
      expect(browser.history.every(({ location }) => location === null)).to.equal(true);
      expect(browser.page.has('identifier')).to.equal(false);
      expect(browser.page.html).not.to.contain('href="javascript:');
    });
  }

  it('shows a page when it is left out, even though only one is registered', async () => {
    const browser = suite.browser();
    await suite.begin(browser, { parameters: { redirect_uri: undefined } });
    expect(browser.page.status).to.equal(400);
    expect(browser.page.hops).to.have.length(1);
  });

  it('shows a page for a client nobody knows', async () => {
    const browser = suite.browser();
    for (const client of ['nobody', '', '__proto__', 'demo ']) {
      await suite.begin(browser, { parameters: { client_id: client } });
      expect(browser.stoppedAt).to.equal(null);
      expect(browser.page.status).to.equal(400);
    }
  });

  it('lets a native application choose the port of its loopback address, and nothing else (RFC 8252 §7.3)', async () => {
    const party = await suite.party();
    const start = async (redirect: string) => {
      const browser = suite.browser();
      const { url } = await party.start({ client_id: 'native', redirect_uri: redirect });
      return browser.get(url);
    };
    for (const redirect of [NATIVE, 'http://127.0.0.1:51004/callback', APP]) {
      expect((await start(redirect)).has('identifier'), redirect).to.equal(true);
    }
    for (const redirect of [
      'http://127.0.0.1:51004/other',
      'http://localhost:51004/callback',
      'https://127.0.0.1:51004/callback',
      'http://127.0.0.1.evil.example:51004/callback',
      'com.example.app:/other',
    ]) {
      expect((await start(redirect)).status, redirect).to.equal(400);
    }
  });
});

describe('OpenID Connect: requests that are none (R-43, R-53)', () => {
  const clients = [{ id: 'narrow', secret: 'narrow-secret', redirectUris: [NARROW], scopes: ['openid'] }];
  const suite = useServer({ settings: { clients } });

  for (const [what, parameters, error] of [
    ['response_type=token', { response_type: 'token' }, 'unsupported_response_type'],
    ['response_type=id_token', { response_type: 'id_token' }, 'unsupported_response_type'],
    ['response_type=code id_token', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['response_type=none', { response_type: 'none' }, 'unsupported_response_type'],
    ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['a request_uri', { request_uri: 'https://evil.example/request' }, 'request_uri_not_supported'],
    ['claims that are no JSON', { claims: '{' }, 'invalid_request'],
    ['a negative max_age', { max_age: '-1' }, 'invalid_request'],
    ['a response_mode nobody knows', { response_mode: 'web_message' }, 'unsupported_response_mode'],
    ['registration', { registration: '{}' }, 'registration_not_supported'],
  ] as const) {
    it(`tells the application that ${what} is not possible`, async () => {
      const browser = suite.browser();
      const { state } = await suite.begin(browser, { parameters });
      const answered = Object.fromEntries([
        ...browser.landedAt().searchParams,
        ...new URLSearchParams(browser.landedAt().hash.slice(1)),
      ]);
      expect(answered).to.include({ error, state, iss: suite.server.issuer });
      expect(answered).not.to.have.any.keys('code', 'access_token', 'id_token');
    });
  }

  it('refuses a request without a response_type', async () => {
    const { url } = await (await suite.party()).start();
    url.searchParams.delete('response_type');
    const browser = suite.browser();
    await browser.get(url);
    expect(parametersOf(browser.landedAt())).to.include({ error: 'invalid_request' });
  });

  it('refuses a scope the application may not ask for, and grants none it does not know', async () => {
    const narrow = suite.browser({ stopAt: [new URL(NARROW).origin] });
    await suite.begin(narrow, { clientId: 'narrow', redirectUri: NARROW, parameters: { scope: 'openid email' } });
    expect(parametersOf(narrow.landedAt())).to.include({ error: 'invalid_scope' });
    const parameters = { scope: 'openid admin' };
    const { tokens } = await suite.signIn(suite.browser(), suite.address(), { parameters });
    expect(tokens.scope).to.equal('openid');
  });

  it('refuses parameters that come twice, each of them', async () => {
    const { url } = await (await suite.party()).start({ scope: 'openid', prompt: 'none' });
    for (const name of ['client_id', 'redirect_uri', 'scope', 'state', 'nonce', 'code_challenge', 'response_type']) {
      const twice = new URL(url);
      twice.searchParams.append(name, url.searchParams.get(name) ?? '');
      const browser = suite.browser();
      await browser.get(twice);
      const landed = browser.stoppedAt;
      if (landed === null) expect(browser.page.status, name).to.equal(400);
      else expect(landed.searchParams.get('error'), name).to.equal('invalid_request');
    }
  });

  it('says nothing of ours on an error page: no stack, no path, no query (R-64)', async () => {
    const browser = suite.browser();
    await suite.begin(browser, { parameters: { client_id: 'nobody', state: 'a-secret-state' } });
    expect(browser.page.html).not.to.match(/node_modules|at \w+ \(|a-secret-state|oidc-provider/);
    expect(browser.page.headers.get('content-security-policy')).to.contain("default-src 'none'");
    expect(browser.page.headers.get('cache-control')).to.equal('no-store');
  });

  it('takes a posted request, with and without a session (OpenID Connect Core §3.1.2.1)', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    const [first, second] = [await (await suite.party()).start(), await (await suite.party()).start()];
    const post = ({ url }: Started) =>
      browser.postFrom(suite.server.application, `${suite.server.issuer}/auth`, parametersOf(url));
    await post(first);
    await enterCode(browser, await suite.askForCode(browser, address));
    const { tokens } = await suite.finish(browser, first);
    await post(second);
    expect((await suite.finish(browser, second)).tokens.claims()?.sub).to.equal(tokens.claims()?.sub);
  });

  it('refuses a posted request with a parameter that comes twice', async () => {
    const { url } = await (await suite.party()).start();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = `${url.searchParams}&state=again`;
    const target = new URL('/auth', suite.server.issuer);
    expect((await send({ method: 'POST', url: target, headers, body })).status).to.equal(400);
  });

  it('answers by form_post as a page of ours that needs no script', async () => {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.signIn(browser, address);
    const started = await suite.begin(browser, { parameters: { response_mode: 'form_post' } });
    expect(browser.page.has('proceed-submit')).to.equal(true);
    const { form } = browser.page.formAt('proceed-submit');
    expect(form.action).to.equal(`${suite.server.application}/callback`);
    const fields = Object.fromEntries(form.controls.map(({ name, value }) => [name, value]));
    expect(fields).to.include({ state: started.state, iss: suite.server.issuer }).and.to.have.property('code');
    expect(browser.page.headers.get('content-security-policy')).to.contain(
      `form-action 'self' ${suite.server.application}`,
    );
  });
});
