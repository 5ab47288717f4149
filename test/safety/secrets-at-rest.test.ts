import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { createHosted } from '../support/hosted.ts';
import { enterCode, useServer, wrongCode } from '../support/journey.ts';
import { tokenOf, waitForMail } from '../support/links.ts';
import { databaseDump } from '../support/mongo/dump.ts';
import type { Tokens } from '../support/relying-party.ts';
import { TEST_SECRET } from '../support/server.ts';
import { createSeenSecrets, type SeenSecrets } from './kept-secrets.ts';

describe('safety: what is kept and what is logged (R-07, R-65)', function () {
  this.timeout(30_000);
  const suite = useServer({
    settings: { clients: [{ id: 'machine', type: 'machine', secret: 'machine-secret-of-some-length' }] },
  });
  let secrets: SeenSecrets;
  let addresses: string[];

  /** The database and its log of changes, byte by byte. */
  async function databaseBytes(): Promise<Buffer> {
    const { directory, config } = suite.server;
    if (config.store.url.startsWith('mongodb')) return databaseDump(config.store.url);
    const files = readdirSync(directory).filter((name) => name.startsWith('countersign.db'));
    expect(files).to.include.members(['countersign.db', 'countersign.db-wal']);
    return Buffer.concat(files.map((name) => readFileSync(join(directory, name))));
  }

  const logBytes = (): Buffer => Buffer.from(suite.server.logLines.join(''));

  function seeTokens(tokens: Tokens | Readonly<Record<string, unknown>>): void {
    secrets.add('access token', String(tokens.access_token));
    if (tokens.refresh_token !== undefined) secrets.add('refresh token', String(tokens.refresh_token));
    if (tokens.id_token !== undefined) secrets.add('ID token', String(tokens.id_token));
  }

  /** Cookies by their values, and what stood in addresses. */
  function seeBrowser(browser: Browser): void {
    for (const { url, setCookies } of browser.history) {
      for (const line of setCookies) {
        const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? [];
        if (/^(?:session|known|back)/.test(name)) secrets.add(`cookie ${name}`, value);
        if (/\.sig$/.test(name)) secrets.add('cookie signature', value);
      }
      secrets.add('authorization code', url.searchParams.get('code'));
    }
    secrets.add('authorization code', browser.stoppedAt?.searchParams.get('code'));
  }

  async function person(clientId: string, scope: string): Promise<Browser> {
    const [browser, address] = [suite.browser(), suite.address('ada.lovelace')];
    addresses.push(address);
    const { verifier } = await suite.begin(browser, { clientId, parameters: { scope, prompt: 'consent' } });
    const code = await suite.askForCode(browser, address);
    secrets.add('code', code);
    secrets.add('PKCE verifier', verifier);
    secrets.add('form token', browser.page.forms[0]?.controls.find(({ name }) => name === 'csrf')?.value);
    await enterCode(browser, wrongCode(code));
    await enterCode(browser, code);
    if (browser.stoppedAt === null) await browser.click('consent-allow');
    const party = await suite.party(clientId);
    const callback = browser.landedAt();
    secrets.add('authorization code', callback.searchParams.get('code'));
    const { body } = await party.exchange(callback.searchParams.get('code') ?? '', verifier);
    seeTokens(body);
    const { body: refreshed } = await party.token({
      grant_type: 'refresh_token',
      refresh_token: String(body.refresh_token),
    });
    seeTokens(refreshed);
    await party.token({ grant_type: 'refresh_token', refresh_token: String(body.refresh_token) });
    // Refused for tokens that are for somebody else's API; they come by here all the same.
    const accessToken = String(refreshed.access_token);
    await Promise.allSettled([party.userinfo(accessToken), party.introspect(accessToken)]);
    return browser;
  }

  /** Everything that people, applications and strangers do in a day. */
  async function aDay(): Promise<void> {
    const time = suite.freeze();
    const first = await person('demo', 'openid email offline_access');
    const second = await person('demo-third-party', 'openid email offline_access');
    const third = await person('demo-backend', 'openid email offline_access');
    await resends(time.advance);
    await links();
    await hostedSignIns();
    await refusals();
    const machine = await (await suite.party('demo-backend')).clientCredentials();
    seeTokens(machine);
    await Promise.allSettled([(await suite.party('demo-backend')).revoke(machine.access_token)]);
    await first.get(`${suite.server.issuer}/session/end`);
    secrets.add('logout token', first.page.forms[0]?.controls.find(({ name }) => name === 'xsrf')?.value);
    await first.submit('logout-confirm');
    for (const browser of [first, second, third]) seeBrowser(browser);
    await suite.delivered();
  }

  async function resends(advance: (ms: number) => void): Promise<void> {
    const [browser, address] = [suite.browser(), suite.address('grace.hopper')];
    addresses.push(address);
    await suite.begin(browser);
    secrets.add('code', await suite.askForCode(browser, address));
    advance(61_000);
    await browser.submit('code-resend');
    await browser.click('code-change');
    secrets.add('code', await suite.askForCode(browser, address));
    await browser.click('cancel');
    seeBrowser(browser);
  }

  /** A link that is opened in the browser that asked and in another one, and one that nobody opens. */
  async function links(): Promise<void> {
    const address = suite.address('grace.hopper');
    addresses.push(address);
    const { browser, link, mail } = await waitForMail(suite, address);
    secrets.add('link token', tokenOf(link), tokenOf((await waitForMail(suite, suite.address())).link));
    secrets.add('code', mail.code);
    const other = suite.browser();
    await other.get(link);
    secrets.add('form token', other.page.forms[0]?.controls.find(({ name }) => name === 'csrf')?.value);
    await other.click('link-confirm');
    await browser.get(link);
    await browser.click('link-confirm');
    for (const visitor of [browser, other]) await visitor.get(link);
    seeBrowser(browser);
  }

  /** Sign-ins at the form of a backend, by code and by link. */
  async function hostedSignIns(): Promise<void> {
    const hosted = createHosted(suite);
    const [browser, address] = [suite.browser(), suite.address('ada.lovelace')];
    addresses.push(address);
    const code = await hosted.code(address, { approval_data: { amount: '30' } });
    secrets.add('code', code);
    const result = String((await hosted.validate(address, code)).body.result);
    secrets.add('ticket', new URL(result).searchParams.get('ticket'));
    for (let visits = 0; visits < 2; visits += 1) await hosted.open(result, browser);
    const link = await hosted.link(address);
    secrets.add('link token', link.pathname.split('.').at(-1));
    const reader = suite.browser();
    await reader.get(link);
    await reader.click('link-confirm');
    const { body } = await hosted.exchangeAtApi(reader.landedAt().searchParams.get('code') ?? '');
    seeTokens(body);
    for (const visitor of [browser, reader]) seeBrowser(visitor);
    await fetch(`${suite.server.issuer}/v1/auth/logout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${String(body.access_token)}` },
    });
  }

  /** Requests that fail, with secrets in all the wrong places. */
  async function refusals(): Promise<void> {
    const party = await suite.party();
    const { callback, started, tokens } = await suite.signIn(suite.browser(), suite.address('lost.token'));
    seeTokens(tokens);
    const code = callback.searchParams.get('code') ?? '';
    secrets.add('authorization code', code);
    await party.exchange(code, started.verifier);
    const { issuer } = suite.server;
    const token = tokens.access_token;
    await fetch(`${issuer}/me?access_token=${token}`);
    await fetch(`${issuer}/nothing/${token}?token=${token}`, { headers: { authorization: `Bearer ${token}` } });
    await fetch(`${issuer}/token?client_secret=demo-secret`, { method: 'POST', body: `refresh_token=${token}` });
    await fetch(`${issuer}/interaction/${code}/code?code=${code}`, { headers: { cookie: `session=${token}` } });
    await fetch(`${issuer}/auth?client_id=demo&id_token_hint=${tokens.id_token}&login_hint=ada.lovelace@example.org`);
    await fetch(`${issuer}/auth?client_id=demo&client_id=${token}`, {
      method: 'POST',
      body: new URLSearchParams({ token }),
    });
  }

  before(async () => {
    secrets = createSeenSecrets();
    addresses = [];
    secrets.add('SECRET', TEST_SECRET);
    for (const id of ['demo', 'demo-backend', 'demo-third-party']) secrets.add('client secret', `${id}-secret`);
    secrets.add('client secret', 'machine-secret-of-some-length');
    await aDay();
  });

  it('saw every kind of secret there is', () => {
    const kinds = [
      'code',
      'link token',
      'access token',
      'refresh token',
      'ID token',
      'authorization code',
      'ticket',
      'client secret',
      'SECRET',
    ];
    expect([...secrets.kinds]).to.include.members([...kinds, 'cookie session', 'cookie known', 'cookie signature']);
    expect([...secrets.kinds]).to.include.members(['PKCE verifier', 'form token', 'logout token', 'cookie back']);
  });

  it('the database holds none of them, whatever the notation', async () => {
    const bytes = await databaseBytes();
    expect(bytes.includes(String(addresses[0]))).to.equal(true);
    expect(secrets.foundIn(bytes)).to.deep.equal([]);
  });

  it('no line of the log holds one of them, and none a whole address', () => {
    const bytes = logBytes();
    expect(bytes.includes('"path":"/token"')).to.equal(true);
    expect(secrets.foundIn(bytes)).to.deep.equal([]);
    const whole = addresses.filter((address) => bytes.includes(address) || bytes.includes(encodeURIComponent(address)));
    expect(whole).to.deep.equal([]);
    expect(bytes.toString()).to.not.match(/ada\.lovelace|grace\.hopper|lost\.token/);
  });

  it('would be found if they were there', async () => {
    const code = '493027';
    const token = 'kUc1v0Jq5-Nw3xPz7_Ty9RbLm2HdGs4Ae6Fo8Xi0QjV';
    const planted = createSeenSecrets();
    planted.add('code', code);
    planted.add('access token', token);
    const hidden = [code, token, Buffer.from(token).toString('hex'), Buffer.from(code).toString('base64url')];
    for (const text of hidden) {
      const bytes = Buffer.concat([await databaseBytes(), Buffer.from(`\u0000${text}\u0000`), logBytes()]);
      expect(planted.foundIn(bytes), text).to.have.length(1);
    }
    expect(planted.foundIn(await databaseBytes())).to.deep.equal([]);
  });

  it('are not even in what is left when the server has stopped', async () => {
    await suite.restart();
    expect(secrets.foundIn(await databaseBytes())).to.deep.equal([]);
  });
});
