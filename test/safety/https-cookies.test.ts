import { rmSync } from 'node:fs';
import { expect } from 'chai';
import { type Browser, createBrowser } from '../support/browser.ts';
import { enterCode } from '../support/journey.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { startServer, TEST_SECRET, type TestServer } from '../support/server.ts';
import { send } from '../support/wire.ts';

const ISSUER = 'https://login.example.test';
const APPLICATION = 'https://app.example.test';
const CLIENT = { id: 'app', secret: 'app-secret', firstParty: true, redirectUris: [`${APPLICATION}/callback`] };
const OTHER_SECRET = 'uZs9TnLc5EfJgPa8oYtQi2VbNwMkrB7vW1mKq0yXhD3';

describe('safety: cookies and transport under https (R-54, R-56)', function () {
  this.timeout(20_000);
  let server: TestServer;
  let party: RelyingParty;
  let origins: Record<string, string>;
  let people = 0;

  before(async () => {
    server = await startServer({ env: { ISSUER, DEMO: 'false' }, settings: { clients: [CLIENT] } });
    origins = { [ISSUER]: `http://127.0.0.1:${server.config.port}` };
    const { id: clientId, secret: clientSecret, redirectUris } = CLIENT;
    party = await createRelyingParty({
      issuer: ISSUER,
      clientId,
      clientSecret,
      redirectUri: String(redirectUris[0]),
      origins,
    });
  });
  after(async () => {
    await server.close();
    rmSync(server.directory, { recursive: true, force: true });
  });

  const visitor = (): Browser => createBrowser({ baseUrl: ISSUER, stopAt: [APPLICATION], origins });

  async function signIn(browser: Browser, parameters: Record<string, string> = {}): Promise<void> {
    people += 1;
    const address = `person-${people}@example.org`;
    await browser.get((await party.start(parameters)).url);
    await browser.submit('identifier-submit', { identifier: address });
    await enterCode(browser, await server.code(address));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  }

  /** The session cookie and its signature as a browser would send them. */
  const sessionOf = (browser: Browser): Record<string, string> =>
    Object.fromEntries(
      browser
        .cookies()
        .filter(({ name }) => name.startsWith('__Host-session'))
        .map(({ name, value }) => [name, value]),
    );

  async function isSignedIn(cookies: Readonly<Record<string, string>>): Promise<boolean> {
    const { url } = await party.start({ prompt: 'none' });
    const cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const { headers } = await send({ method: 'GET', url, headers: { cookie }, body: null }, origins);
    return new URL(String(headers.location)).searchParams.has('code');
  }

  it('every cookie is Secure, HttpOnly and SameSite=Lax; those for the whole host are bound to it', async () => {
    const browser = visitor();
    await signIn(browser);
    await browser.get('/session/end');
    await browser.submit('logout-confirm');
    const lines = browser.history.flatMap(({ setCookies }) => setCookies);
    expect(lines.length).to.be.greaterThan(8);
    for (const line of lines) {
      expect(line).to.match(/;\s*secure/i);
      expect(line).to.match(/;\s*httponly/i);
      expect(line).to.match(/;\s*samesite=lax/i);
      expect(line).to.not.match(/;\s*domain=/i);
      if (/;\s*path=\/(?:;|$)/i.test(line)) expect(line).to.match(/^__Host-/);
    }
    const names = new Set(lines.map((line) => line.split('=')[0]));
    expect([...names]).to.include.members(['__Host-session', '__Host-session.sig', '__Host-known', 'interaction']);
  });

  it('every answer asks for https for at least a year, and leads nowhere else', async () => {
    const browser = visitor();
    await signIn(browser);
    const paths = [
      '/',
      '/auth',
      '/token',
      '/me',
      '/jwks',
      '/interaction/x',
      '/nothing',
      '/health/live',
      '/session/end',
    ];
    for (const path of paths) {
      const page = await browser.get(path);
      const age = /max-age=(\d+)/.exec(page.headers.get('strict-transport-security') ?? '')?.[1];
      expect(Number(age), path).to.be.at.least(365 * 24 * 3600);
    }
    const locations = browser.history.flatMap(({ location }) => location ?? []);
    expect(locations.length).to.be.greaterThan(3);
    for (const location of locations) expect(location).to.match(/^(?:\/|https:)/);
  });

  it('the session’s cookie is another one after a sign-in, and the old one is dead', async () => {
    const browser = visitor();
    await browser.get('/session/end');
    const planted = sessionOf(browser);
    expect(planted).to.have.property('__Host-session');
    await signIn(browser);
    const first = sessionOf(browser);
    expect(first['__Host-session']).to.not.equal(planted['__Host-session']);
    expect([await isSignedIn(first), await isSignedIn(planted)]).to.deep.equal([true, false]);
    await browser.get((await party.start({ prompt: 'login' })).url);
    const address = `person-${people}@example.org`;
    await browser.submit('identifier-submit', { identifier: address });
    await enterCode(browser, await server.code(address, 2));
    const second = sessionOf(browser);
    expect([await isSignedIn(second), await isSignedIn(first)]).to.deep.equal([true, false]);
  });

  it('a cookie that was touched is none', async () => {
    const [browser, other] = [visitor(), visitor()];
    await signIn(browser);
    await signIn(other);
    const cookies = sessionOf(browser);
    const { '__Host-session': value = '', '__Host-session.sig': signature = '' } = cookies;
    const foreign = sessionOf(other)['__Host-session.sig'] ?? '';
    const flip = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    const tampered: Record<string, string>[] = [
      { '__Host-session': value },
      { ...cookies, '__Host-session.sig': '' },
      { ...cookies, '__Host-session.sig': flip(signature) },
      { ...cookies, '__Host-session.sig': foreign },
      { ...cookies, '__Host-session': flip(value) },
      { session: value, 'session.sig': signature },
      { '__Host-session': `${value}%00`, '__Host-session.sig': signature },
    ];
    for (const attempt of tampered) expect(await isSignedIn(attempt), JSON.stringify(attempt)).to.equal(false);
    expect(await isSignedIn(cookies)).to.equal(true);
  });

  it('a session outlives a new secret in front of the one that signed it', async () => {
    const browser = visitor();
    await signIn(browser);
    const { directory, config } = server;
    await server.server.close(true);
    server = await startServer({
      directory,
      port: config.port,
      env: { ISSUER, DEMO: 'false', SECRET: `${OTHER_SECRET},${TEST_SECRET}` },
      settings: { clients: [CLIENT] },
    });
    expect(await isSignedIn(sessionOf(browser))).to.equal(true);
  });
});
