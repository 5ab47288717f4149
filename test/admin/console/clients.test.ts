import { expect } from 'chai';
import { clientDeclaration } from '../../../src/config/schema/client.ts';
import type { Client } from '../../../src/domain/client.ts';
import { createAdministrator, withAdmin } from '../../support/admin.ts';
import type { Browser } from '../../support/browser.ts';
import { signInAs, signInAsOwner, withOwner } from '../../support/console.ts';
import { readableText, useServer } from '../../support/journey.ts';

const CALLBACK = 'https://shop.example.org/callback';

describe('console: clients', function () {
  this.timeout(60_000);
  const suite = useServer({ env: { ...withAdmin, ...withOwner }, settings: { registration: { enabled: true } } });
  const admin = createAdministrator(suite);
  let browser: Browser;
  before(async () => {
    browser = await signInAsOwner(suite);
  });

  const find = async (id: string): Promise<Client> => {
    const found = await suite.server.server.store.clients.find(id);
    if (found === null) throw new Error(`no client ${id}`);
    return found;
  };
  const make = async (fields: object = {}): Promise<Client> => {
    const { body } = await admin.call('POST', '/clients', {
      body: { name: 'Shop', redirectUris: [CALLBACK], ...fields },
    });
    return find((body.client as { id: string }).id);
  };
  const open = (path: string) => browser.get(`${suite.server.issuer}/admin/clients${path}`);
  /** Registers by the console, as somebody types. @returns the id and the secret that are shown */
  const register = async (type: string, typed: Readonly<Record<string, string>>) => {
    await open(`/new?type=${type}`);
    const page = await browser.submit('save', typed);
    return { page, id: page.has('client-id') ? page.textOf('client-id') : '' };
  };

  it('are registered: a type is chosen, a mistake is said where it is, and the secret is shown once', async () => {
    await open('');
    await browser.click('new-client');
    expect(browser.page.text).to.contain('Single-page application').and.to.contain('Nobody signs in');
    await browser.submit('choose', { type: 'web' });
    const wrong = 'https://shop.example.org/callback\n\nhttp://shop.example.org/callback\nhttps://*.example.org/';
    const refused = await browser.submit('save', { name: 'Shop A', redirectUris: wrong });
    expect(refused.status).to.equal(400);
    expect(refused.textOf('redirectUris-problem'))
      .to.contain('Line 3: "http://shop.example.org/callback" uses http; only localhost')
      .and.to.contain('Line 4: "https://*.example.org/" contains a wildcard');
    expect(refused.value('name')).to.equal('Shop A');
    expect(refused.value('redirectUris').replaceAll('\r\n', '\n').trim()).to.equal(wrong);
    const page = await browser.submit('save', { redirectUris: CALLBACK });
    expect(page.title).to.contain('Shop A is registered');
    const secret = page.textOf('client-secret');
    expect(secret).to.match(/^[\w-]{43}$/);
    const client = await find(page.textOf('client-id'));
    expect(client).to.deep.include({
      name: 'Shop A',
      type: 'web',
      redirectUris: [CALLBACK],
      pkceRequired: true,
      signUp: 'inherit',
      firstParty: false,
      channels: ['email', 'sms'],
      source: 'administrator',
    });
    expect(client.scopes).to.include('openid');
    await browser.click('to-client');
    expect(browser.page.html).not.to.contain(secret);
    const [event] = await suite.events({ type: 'client.created', clientId: client.id });
    expect(event?.actor).to.match(/^console:o•••@/);
  });

  it('of every type are registered with what is usual, and no secret where none can be kept', async () => {
    for (const [type, typed, grants] of [
      ['spa', { redirectUris: 'http://localhost:5173/' }, ['authorization_code', 'refresh_token']],
      ['native', { redirectUris: 'com.example.app:/callback' }, ['authorization_code', 'refresh_token']],
      ['machine', {}, ['client_credentials']],
    ] as const) {
      const { page, id } = await register(type, { name: `A ${type}`, ...typed });
      expect(page.has('client-secret'), type).to.equal(type === 'machine');
      expect(await find(id), type).to.deep.include({ type, grantTypes: [...grants] });
    }
  });

  it('show programs to paste with their ids, and what happened to them', async () => {
    const client = await make({ redirectUris: ['http://localhost:4310/callback'] });
    await suite.events({ type: 'client.created', clientId: client.id });
    const page = await open(`/${client.id}`);
    expect(page.text).to.contain('http://localhost:4310/callback').and.to.contain(client.id);
    for (const name of ['express', 'next', 'spring', 'go', 'curl']) expect(page.has(`starts-${name}`)).to.equal(true);
    expect(readableText(page)).to.contain('npm install express@').and.to.contain('Client created');
    expect(page.text).to.contain('First add the redirect URI http://localhost:8080/api/auth/callback/countersign');
  });

  it('change in a form that keeps everything it has no field for', async () => {
    const lifetimes = {
      accessTokenSeconds: 600,
      idTokenSeconds: null,
      refreshTokenSeconds: null,
      refreshTokenAbsoluteSeconds: null,
    };
    const client = await make({
      firstParty: true,
      logoUri: 'https://shop.example.org/logo.svg',
      branding: { accent: '#0a5f4e', texts: {} },
      permissions: ['auth:execute'],
      claims: { uid: 'sub' },
      lifetimes,
    });
    await open(`/${client.id}/settings`);
    await browser.submit('save', { name: 'Shop B', 'permissions.users:write': 'yes' });
    expect(browser.page.url.href).to.match(/\?done=saved$/);
    const { version: _version, updatedAt: _updatedAt, ...changed } = await find(client.id);
    const { version: _before, updatedAt: _made, ...before } = client;
    expect(changed).to.deep.equal({ ...before, name: 'Shop B', permissions: ['auth:execute', 'users:write'] });
  });

  it('say what is wrong beside each field, and lose nothing that was typed', async () => {
    const client = await make();
    await open(`/${client.id}/settings`);
    const typed = {
      name: '',
      smsText: 'no code in here',
      'lifetimes.accessTokenSeconds': 'soon',
      redirectUris: 'http://shop.example.org/',
      resources: 'https://api.example.org\nnot a uri',
      clientUri: 'javascript:alert(1)',
    };
    const page = await browser.submit('save', typed);
    expect(page.status).to.equal(400);
    for (const [name, said] of [
      ['name', /Something has to stand here/],
      ['smsText', /\{otp\}/],
      ['lifetimes.accessTokenSeconds', /Expected a whole number/],
      ['redirectUris', /Line 1: .*uses http/],
      ['resources', /Line 2: expected an absolute URI/],
      ['clientUri', /https URI/],
    ] as const) {
      expect(page.textOf(`${name}-problem`), name).to.match(said);
    }
    for (const [name, value] of Object.entries(typed)) {
      expect(page.value(name).replaceAll('\r\n', '\n').trim(), name).to.equal(value);
    }
    expect((await find(client.id)).version).to.equal(1);
    await open(`/${client.id}/settings`);
    const claims = await browser.submit('save', { claims: 'iss = sub' });
    expect(claims.textOf('claims-problem')).to.contain('eans something in every token');
  });

  it('that somebody else has changed meanwhile show what they did, before anything of it is lost', async () => {
    const client = await make();
    await open(`/${client.id}/settings`);
    await admin.call('PATCH', `/clients/${client.id}`, { body: { version: 1, signUp: 'closed' } });
    await suite.events({ type: 'client.changed', clientId: client.id });
    const page = await browser.submit('save', { name: 'Mine' });
    expect(page.status).to.equal(409);
    expect(page.textOf('conflict')).to.contain('signUp').and.to.contain('"closed"').and.to.contain('ADMIN_API_KEY');
    expect(page.value('name')).to.equal('Mine');
    expect(await find(client.id)).to.include({ name: 'Shop', signUp: 'closed' });
    await browser.submit('save', {});
    expect(await find(client.id)).to.include({ name: 'Mine', version: 3 });
  });

  it('get a new secret beside the former one, or alone', async () => {
    const client = await make();
    await open(`/${client.id}`);
    await browser.click('rotate');
    expect(browser.page.text).to.contain('The newest secret stays valid');
    const beside = await browser.click('confirm');
    expect(beside.textOf('client-secret')).to.match(/^[\w-]{43}$/);
    const secret = beside.textOf('client-secret');
    expect((await find(client.id)).secrets).to.have.lengthOf(2);
    const again = await open(`/${client.id}/credentials`);
    expect(again.url, 'a reload').to.match(new RegExp(`/admin/clients/${client.id}$`));
    expect(again.html).not.to.contain(secret);
    expect((await find(client.id)).secrets, 'after a reload').to.have.lengthOf(2);
    await open(`/${client.id}`);
    await browser.click('rotate-alone');
    await browser.click('confirm');
    expect((await find(client.id)).secrets).to.have.lengthOf(1);
  });

  it('are disabled, enabled and deleted, after a question', async () => {
    const client = await make();
    await open(`/${client.id}`);
    await browser.click('disable');
    expect((await find(client.id)).disabled).to.equal(false);
    await browser.click('confirm');
    expect((await find(client.id)).disabled).to.equal(true);
    await browser.click('enable');
    expect((await find(client.id)).disabled).to.equal(false);
    await browser.click('delete');
    const page = await browser.click('confirm');
    expect(page.url.pathname).to.equal('/admin/clients');
    expect(page.textOf('done')).to.contain('deleted');
    expect(await suite.server.server.store.clients.find(client.id)).to.equal(null);
    expect((await open(`/${client.id}`)).status).to.equal(404);
  });

  it('that have registered themselves are marked, and verified by somebody who looked', async () => {
    const client = await make();
    const { clients } = suite.server.server.store;
    await clients.update({ ...client, source: 'registration', registrationTokenHash: 'x'.repeat(43) });
    await open(`/${client.id}`);
    expect(browser.page.has('unverified')).to.equal(true);
    await browser.click('verify');
    await browser.click('confirm');
    expect(await find(client.id)).to.include({ source: 'administrator', registrationTokenHash: null });
    expect(browser.page.has('unverified')).to.equal(false);
  });

  it('of the configuration are shown and not changed, whoever asks', async () => {
    const page = await open('/demo');
    expect(page.has('declared')).to.equal(true);
    expect(page.has('delete')).to.equal(false);
    const settings = await open('/demo/settings');
    expect(settings.textOf('readonly')).to.contain('declared in the configuration');
    expect(settings.has('save')).to.equal(false);
    const csrf = settings.formAt('name').form.controls.find(({ name }) => name === 'csrf')?.value ?? '';
    const forced = await browser.submit('name', { name: 'Mine' }, { forced: { csrf } });
    expect(forced.status).to.equal(409);
    expect(await find('demo')).to.include({ name: 'Demo' });
    expect((await open('/countersign-admin')).status).to.equal(404);
  });

  it('are taken along as the configuration declares them', async () => {
    const client = await make({ firstParty: true, signUp: 'closed' });
    const page = await open(`/${client.id}/declaration.json`);
    const { clients } = page.json() as { clients: { secret: string }[] };
    expect(clients[0]).to.include({ id: client.id, name: 'Shop', firstParty: true, signUp: 'closed' });
    expect(clients[0]?.secret).to.match(/^\$\{env:CLIENT_[A-Z0-9_]+_SECRET\}$/);
    const declared = clientDeclaration.parse({ ...clients[0], secret: 'given' });
    for (const [name, value] of Object.entries(declared)) {
      if (name !== 'secret') expect(client[name as keyof Client], name).to.deep.equal(value);
    }
  });

  it('are found by a part of their name, page by page', async () => {
    const name = `Listed ${suite.address()}`;
    for (let made = 0; made < 27; made += 1) await make({ name: `${name} ${made}` });
    await open(`?q=${encodeURIComponent(name.toUpperCase())}`);
    const rows = () => [...browser.page.html.matchAll(/class="row-link"/g)].length;
    expect(rows()).to.equal(25);
    await browser.click('next-page');
    expect(rows()).to.equal(2);
    expect((await open('?q=nobody-has-this')).text).to.contain('Nothing found');
  });

  it('answer while a redirect URI is typed, by the same rule', async () => {
    const ask = async (uri: string, type: string) =>
      (
        await browser.get(`${suite.server.issuer}/admin/redirect-uri-check?${new URLSearchParams({ uri, type })}`)
      ).json();
    expect(await ask(CALLBACK, 'web')).to.deep.equal({ problem: null });
    expect(await ask('http://shop.example.org/', 'web')).to.deep.equal({
      problem:
        '"http://shop.example.org/" uses http; only localhost, 127.0.0.1 and [::1] may, everything else needs https',
    });
    expect(await ask('com.example.app:/', 'native')).to.deep.equal({ problem: null });
  });

  it('look as their branding says, in a preview that leads nowhere', async () => {
    const client = await make();
    await open(`/${client.id}/branding`);
    const refused = await browser.submit('save', { accent: 'green', 'en.heading': 'x'.repeat(81) });
    expect(refused.status).to.equal(400);
    expect(refused.textOf('accent-problem')).to.contain('#rrggbb');
    expect(refused.has('en.heading-problem')).to.equal(true);
    const typed = { accent: '#0a5f4e', 'en.heading': 'Come in', 'en.mailIntro': 'Hello from the shop' };
    const shown = await browser.submit('preview', typed);
    expect((await find(client.id)).version).to.equal(1);
    expect(shown.headers.get('content-security-policy')).to.contain("frame-src 'self'");
    const frames = [...shown.html.matchAll(/<iframe[^>]* src="([^"]+)"/g)].map(([, src = '']) =>
      src.replaceAll('&amp;', '&'),
    );
    const [page, mail] = [await browser.get(frames[0] ?? ''), await browser.get(frames[1] ?? '')];
    expect(page.text).to.contain('Come in');
    expect(mail.text).to.contain('Hello from the shop');
    for (const { headers } of [page, mail]) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).to.contain("frame-ancestors 'self'").and.to.contain("form-action 'none'");
      expect(policy).to.contain("script-src 'none'");
      expect(headers.get('x-frame-options')).to.equal('SAMEORIGIN');
    }
    expect(page.headers.get('content-security-policy')).not.to.contain('unsafe-inline');
    await open(`/${client.id}/branding`);
    expect(browser.page.headers.get('x-frame-options')).to.equal('DENY');
    await browser.submit('save', typed);
    expect((await find(client.id)).branding).to.deep.equal({
      accent: '#0a5f4e',
      texts: { en: { heading: 'Come in', intro: null, mailIntro: 'Hello from the shop' } },
    });
  });

  it('are looked at by viewers, who change nothing', async () => {
    const client = await make();
    const { browser: viewer } = await signInAs(suite, 'viewer', `/admin/clients/${client.id}`);
    expect(viewer.page.status).to.equal(200);
    expect(viewer.page.has('delete')).to.equal(false);
    const at = (path: string) => viewer.get(`${suite.server.issuer}/admin/clients${path}`);
    expect((await at(`/${client.id}/settings`)).textOf('readonly')).to.contain('Editors change settings');
    expect((await viewer.submit('name', { name: 'Mine' })).status).to.equal(403);
    for (const path of ['/new', `/${client.id}/delete`, `/${client.id}/secret`, `/${client.id}/disable`]) {
      expect((await at(path)).status, path).to.equal(403);
    }
    expect(await find(client.id)).to.include({ name: 'Shop', version: 1 });
  });

  it('are changed by nobody whose form was made elsewhere', async () => {
    const client = await make();
    await open(`/${client.id}/delete`);
    const forged = await browser.submit('confirm', {}, { forced: { csrf: 'forged' } });
    expect(forged.status).to.equal(403);
    const crossed = await browser.postFrom(
      'https://evil.example',
      `${suite.server.issuer}/admin/clients/${client.id}/delete`,
      {},
    );
    expect(crossed.status).to.equal(403);
    expect((await find(client.id)).version).to.equal(1);
  });
});

describe('console: resources', function () {
  this.timeout(30_000);
  const suite = useServer({ env: { ...withAdmin, ...withOwner } });

  it('are registered, changed and deleted', async () => {
    const browser = await signInAsOwner(suite, '/admin/resources');
    await browser.click('new-resource');
    const refused = await browser.submit('save', {
      name: 'Orders',
      audience: 'orders',
      scopes: 'orders:read = See your orders\nopenid = x',
    });
    expect(refused.status).to.equal(400);
    expect(refused.textOf('audience-problem')).to.contain('absolute URI');
    expect(refused.textOf('scopes-problem')).to.contain('Line 2:');
    await browser.submit('save', {
      audience: 'https://orders.example.org',
      scopes: 'orders:read = See your orders',
      accessTokenSeconds: '300',
    });
    expect(browser.page.textOf('done')).to.contain('Registered');
    const [resource] = await suite.server.server.store.resources.list(null, 10);
    expect(resource).to.deep.include({
      name: 'Orders',
      audience: 'https://orders.example.org',
      scopes: [{ name: 'orders:read', description: 'See your orders' }],
      accessTokenFormat: 'jwt',
      accessTokenSeconds: 300,
    });
    await browser.submit('save', { name: 'All orders' });
    const stale = browser.clone();
    await stale.get(browser.page.url);
    await browser.submit('save', { name: 'Orders again' });
    expect((await stale.submit('save', { name: 'Late' })).status).to.equal(409);
    await browser.get('/admin/resources/new');
    const taken = await browser.submit('save', { name: 'Twice', audience: 'https://orders.example.org' });
    expect([taken.status, taken.textOf('audience-problem')]).to.deep.equal([
      409,
      'This audience is registered already, or is that of this server.',
    ]);
    await browser.get(`/admin/resources/${resource?.id}`);
    await browser.click('delete');
    await browser.click('confirm');
    expect(browser.page.textOf('done')).to.contain('deleted');
    expect(await suite.server.server.store.resources.list(null, 10)).to.deep.equal([]);
  });
});
