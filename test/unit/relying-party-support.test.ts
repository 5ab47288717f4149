import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mock } from 'node:test';
import { expect } from 'chai';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { createBrowser } from '../support/browser.ts';
import { type FrozenTime, freezeTime } from '../support/clock.ts';
import { rejectionOf } from '../support/rejection.ts';
import { createRelyingParty, type RelyingParty, type Started } from '../support/relying-party.ts';

const REDIRECT = 'http://localhost:3001/callback';
const SECRET = 'a secret: with + and %';

/** The bare engine with its own development pages: a counterpart that is known to be right. */
async function engine(issuer: string): Promise<Provider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return new Provider(issuer, {
    clients: [
      {
        client_id: 'app',
        client_secret: SECRET,
        redirect_uris: [REDIRECT],
        post_logout_redirect_uris: ['http://localhost:3001/'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['one', 'two'] },
    features: { introspection: { enabled: true }, revocation: { enabled: true } },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  });
}

describe('support: the relying party, against the bare engine', () => {
  let server: Server;
  let party: RelyingParty;
  let time: FrozenTime | null = null;

  before(async () => {
    // The engine says once for each of its defaults that it is one.
    for (const method of ['info', 'warn'] as const) mock.method(console, method, () => undefined);
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const callback = (await engine(issuer)).callback();
    server.on('request', (request, response) => void callback(request, response));
    party = await createRelyingParty({ issuer, clientId: 'app', clientSecret: SECRET, redirectUri: REDIRECT });
  });
  after(() => {
    server.close();
    mock.restoreAll();
  });
  afterEach(() => {
    time?.restore();
    time = null;
  });

  /** Signs in through the engine's own pages, like a person. */
  async function signIn(started: Started): Promise<URL> {
    const browser = createBrowser({ stopAt: [new URL(REDIRECT).origin] });
    const page = await browser.get(started.url);
    expect(page.hops[0]?.setCookies.join()).to.contain(`path=${page.url.pathname}`);
    await browser.submit(null, { login: 'alice', password: 'x' });
    await browser.submit(null);
    return browser.landedAt();
  }

  it('signs in and checks the claims', async () => {
    const started = await party.start();
    const tokens = await party.finish(await signIn(started), started);
    expect(tokens.claims()).to.include({ sub: 'alice', nonce: started.nonce, aud: 'app' });
    expect(await party.userinfo(tokens.access_token, 'alice')).to.deep.equal({ sub: 'alice' });
  });

  it('refreshes, introspects, revokes', async () => {
    const started = await party.start({ scope: 'openid offline_access', prompt: 'consent' });
    const tokens = await party.finish(await signIn(started), started);
    const fresh = await party.refresh(tokens.refresh_token ?? '');
    expect(await party.introspect(fresh.access_token)).to.include({ active: true, sub: 'alice' });
    await party.revoke(fresh.access_token);
    expect(await party.introspect(fresh.access_token)).to.deep.equal({ active: false });
  });

  it('exchanges a code without looking, once and twice', async () => {
    const started = await party.start();
    const code = (await signIn(started)).searchParams.get('code') ?? '';
    expect((await party.exchange(code, 'x'.repeat(43))).body).to.include({ error: 'invalid_grant' });
    expect(await party.exchange(code, started.verifier)).to.include({ status: 200 });
    expect((await party.exchange(code, started.verifier)).body).to.include({ error: 'invalid_grant' });
  });

  it('moves the time of engine and client alike', async () => {
    time = freezeTime();
    const started = await party.start();
    const callback = await signIn(started);
    time.advance(61_000);
    expect((await rejectionOf(party.finish(callback, started))).message).to.contain('server responded with an error');
    const again = await party.start();
    const tokens = await party.finish(await signIn(again), again);
    expect(tokens.claims()?.iat).to.equal(Math.floor(time.now() / 1000));
  });

  it('refuses a callback of another request and a wrong state', async () => {
    const [one, two] = [await party.start(), await party.start()];
    const callback = await signIn(one);
    expect(await rejectionOf(party.finish(callback, two))).to.include({ code: 'OAUTH_INVALID_RESPONSE' });
    expect((await party.finish(callback, one)).claims()).to.include({ sub: 'alice' });
  });

  it('builds the address to sign out at', () => {
    const url = party.logoutUrl('token', 'http://localhost:3001/', 'x');
    expect(url.pathname).to.equal('/session/end');
    expect(Object.fromEntries(url.searchParams)).to.include({ id_token_hint: 'token', state: 'x', client_id: 'app' });
  });
});
