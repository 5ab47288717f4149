import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EventType } from '../../src/domain/event.ts';
import { ADMIN_KEY, createAdministrator, withAdmin } from '../support/admin.ts';
import type { Browser } from '../support/browser.ts';
import { OWNER, openConsole, withOwner } from '../support/console.ts';
import { useServer } from '../support/journey.ts';
import { databaseDump } from '../support/mongo/dump.ts';
import { TEST_SECRET } from '../support/server.ts';
import { send } from '../support/wire.ts';
import { createSeenSecrets, type SeenSecrets } from './kept-secrets.ts';

const CALLBACK = 'https://shop.example/callback';

describe('safety: what a day of administration leaves behind (R-07, R-65, R-66)', function () {
  this.timeout(30_000);
  const suite = useServer({ env: { ...withAdmin, ...withOwner }, settings: { registration: { enabled: true } } });
  const admin = createAdministrator(suite);
  const secrets: SeenSecrets = createSeenSecrets();
  /** All who were dealt with, in full. */
  const people: string[] = [OWNER];
  const pages: Headers[] = [];

  const person = (name: string): string => {
    const address = suite.address(name);
    people.push(address);
    return address;
  };

  async function call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const { status, body: answer, text } = await admin.call(method, path, { body });
    expect(status, `${method} ${path} ${text}`).to.be.below(300);
    return answer;
  }

  /** Over the Admin API, and as an application that registers itself. */
  async function byKey(): Promise<void> {
    const made = await call('POST', '/clients', { name: 'Shop', type: 'web', redirectUris: [CALLBACK] });
    const { id } = made.client as { id: string };
    secrets.add('client secret', String(made.secret));
    secrets.add('client secret', String((await call('POST', `/clients/${id}/secret`, {})).secret));
    const register = String((await call('POST', '/keys', { name: 'partners', scope: 'register' })).key);
    secrets.add('initial access token', register);
    const { body } = await send({
      method: 'POST',
      url: new URL('/reg', suite.server.issuer),
      headers: { authorization: `Bearer ${register}`, 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [CALLBACK] }),
    });
    const registered = JSON.parse(body) as Record<string, string>;
    secrets.add('client secret', registered.client_secret);
    secrets.add('registration access token', registered.registration_access_token);
    await call('PATCH', `/clients/${id}`, { version: 2, name: 'Another shop' });
    await call('DELETE', `/clients/${id}`);
    const { id: account } = await call('POST', '/accounts', { email: person('lovelace') });
    await call('PUT', `/accounts/${String(account)}/attributes`, { version: 1, attributes: { name: 'Augusta King' } });
    await call('POST', '/accounts/find', { email: people.at(-1) });
    await call('POST', '/accounts/import', {
      accounts: [{ email: person('hopper'), name: 'Grace Brewster' }, { email: 'no.body' }],
    });
    await call('POST', '/budgets/find', { email: people.at(-1) });
    await call('POST', '/administrators', { email: person('invited'), role: 'viewer' });
    await call('POST', `/accounts/${String(account)}/disable`);
    await call('DELETE', `/accounts/${String(account)}`);
    await admin.call('GET', `/clients?access_token=${ADMIN_KEY}`, { key: 'wrong-key-of-somebody-who-guesses' });
    secrets.add('wrong key', 'wrong-key-of-somebody-who-guesses');
  }

  const csrfOf = ({ page }: Browser): string =>
    page.forms[0]?.controls.find(({ name }) => name === 'csrf')?.value ?? '';

  async function post(browser: Browser, path: string, fields: Readonly<Record<string, string>>): Promise<void> {
    secrets.add('form token', csrfOf(browser));
    const at = `${suite.server.issuer}${path}`;
    await browser.postFrom(at, at, { ...fields, csrf: csrfOf(browser) });
    pages.push(browser.page.headers);
    expect(browser.page.status, `${path} ${browser.page.text.slice(0, 300)}`).to.equal(200);
  }

  /** In the console, as an owner. */
  async function byConsole(): Promise<void> {
    const browser = suite.browser();
    await openConsole(suite, browser);
    const mail = await suite.server.inbox(OWNER);
    secrets.add('code', ...mail.map(({ code }) => code));
    await post(browser, '/admin/access/new', { name: 'deployment', scope: 'read', days: '1' });
    const key = /[\w-]{22}\.[\w-]{43}/.exec(browser.page.text)?.[0];
    expect(key).to.be.a('string');
    secrets.add('key of the Admin API', key);
    await post(browser, '/admin/accounts/new', { identifier: person('curie') });
    await post(browser, '/admin/administrators', { email: person('meitner'), role: 'editor' });
    await post(browser, '/admin/budgets/reset', { q: people.at(-1) ?? '', name: 'failures.identifier.0' });
    for (const path of ['', '/accounts', '/clients', '/events', '/messages', '/administrators', '/access', '/keys']) {
      pages.push((await browser.get(`${suite.server.issuer}/admin${path}`)).headers);
    }
    for (const q of [OWNER, person('noether')]) {
      await browser.get(`${suite.server.issuer}/admin/accounts`);
      await browser.submit('search-submit', { q });
    }
    for (const { setCookies } of browser.history) {
      for (const line of setCookies) {
        const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? [];
        if (/^(?:console|session)/.test(name)) secrets.add(`cookie ${name}`, value);
      }
    }
    await post(browser, '/admin/sign-out', {});
  }

  before(async () => {
    secrets.add('SECRET', TEST_SECRET);
    secrets.add('ADMIN_API_KEY', ADMIN_KEY);
    await byKey();
    await byConsole();
    await suite.delivered();
  });

  async function databaseBytes(): Promise<Buffer> {
    const { directory, config } = suite.server;
    if (config.store.url.startsWith('mongodb')) return databaseDump(config.store.url);
    const files = readdirSync(directory).filter((name) => name.startsWith('countersign.db'));
    return Buffer.concat(files.map((name) => readFileSync(join(directory, name))));
  }

  it('saw every kind of secret there is', () => {
    expect([...secrets.kinds]).to.include.members([
      'SECRET',
      'ADMIN_API_KEY',
      'client secret',
      'initial access token',
      'registration access token',
      'key of the Admin API',
      'code',
      'form token',
      'cookie console',
      'cookie session',
    ]);
  });

  it('no secret in the database, and none in the log', async () => {
    expect(secrets.foundIn(await databaseBytes())).to.deep.equal([]);
    expect(secrets.foundIn(Buffer.from(suite.server.logLines.join('')))).to.deep.equal([]);
  });

  it('nobody’s whole address, and nothing that is said of somebody, in the log or the audit trail', async () => {
    const trail = JSON.stringify(await suite.events({}, 12));
    const log = suite.server.logLines.join('');
    for (const text of [...people, 'Augusta', 'Brewster']) {
      for (const told of [trail, log]) {
        expect(told).to.not.include(text);
        expect(told).to.not.include(encodeURIComponent(text));
      }
    }
    expect(secrets.foundIn(Buffer.from(trail))).to.deep.equal([]);
  });

  it('one event for each change, with who made it', async () => {
    const changes = ['created', 'secret_made', 'changed', 'removed', 'registered'].map((what) => `client.${what}`);
    const others = ['account.changed', 'account.disabled', 'account.deleted', 'accounts.imported', 'budget.reset'];
    for (const type of [...changes, ...others] as EventType[]) {
      // What the server reconciles with its configuration at start is nobody's deed.
      const found = (await suite.events({ type })).filter(({ actor }) => actor !== null && actor !== 'configuration');
      expect(found.length, type).to.equal(1);
      expect(found[0]?.actor, type).to.match(/^(?:key|console):/);
    }
    const invitations = await suite.events({ type: 'administrator.invited' }, 2);
    expect(invitations.map(({ actor }) => actor?.split(':')[0]).sort()).to.deep.equal(['console', 'key']);
    expect((await suite.events({ type: 'admin_key.created' }, 2)).length).to.equal(2);
  });

  it('no page in a cache', () => {
    expect(pages.length).to.be.above(10);
    for (const headers of pages) expect(headers.get('cache-control')).to.equal('no-store');
  });
});
