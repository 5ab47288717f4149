import { expect } from 'chai';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { createBackend } from '../support/api.ts';
import { useServer } from '../support/journey.ts';
import { send } from '../support/wire.ts';

const SHOP = { name: 'Shop', redirectUris: ['https://shop.example.org/callback'] };
const FIVE_SECONDS = 5_001;

interface Made {
  readonly client: Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };
  readonly secret: string;
}

describe('Admin API: clients', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withAdmin });
  const admin = createAdministrator(suite);
  const backend = createBackend(suite);

  async function make(fields: Readonly<Record<string, unknown>> = {}): Promise<Made> {
    const { status, body, text } = await admin.call('POST', '/clients', { body: { ...SHOP, ...fields } });
    expect(status, text).to.equal(201);
    return body as unknown as Made;
  }
  const MACHINE = { type: 'machine', redirectUris: [], permissions: ['users:write'] };
  const tokenFor = async (id: string, secret: string) => {
    const { status, body } = await send({
      method: 'POST',
      url: new URL('/token', suite.server.issuer),
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    return { status, token: String((JSON.parse(body) as { access_token?: string }).access_token) };
  };

  it('are registered with a secret that is shown once and works at once', async () => {
    const { client, secret } = await make(MACHINE);
    expect(secret).to.match(/^[\w-]{43}$/);
    const { status, token } = await tokenFor(client.id, secret);
    expect(status).to.equal(200);
    expect((await backend.call('/cis/v1/users', { token, body: { email: suite.address() } })).status).to.equal(201);
    const { text, headers } = await admin.call('GET', `/clients/${client.id}`);
    expect(text)
      .not.to.contain(secret)
      .and.not.to.match(/"(?:hash|salt)"/);
    expect(headers).to.include({ etag: '"1"', 'cache-control': 'no-store' });
  });

  it('get the values of the configuration for what is left out', async () => {
    const { client } = await make({ type: 'spa' });
    expect(client).to.deep.include({
      pkceRequired: true,
      signUp: 'inherit',
      grantTypes: ['authorization_code', 'refresh_token'],
      secrets: [],
      source: 'administrator',
      disabled: false,
      version: 1,
    });
  });

  it('are refused with every fault of their redirect URIs, in words (R-68)', async () => {
    const redirectUris = ['http://shop.example.org/', 'https://*.example.org/', 'https://a.example/#b'];
    const { status, body } = await admin.call('POST', '/clients', { body: { ...SHOP, redirectUris } });
    expect(status).to.equal(400);
    expect(body.error).to.equal('request_invalid');
    expect(body.details).to.deep.equal([
      'redirectUris.0: "http://shop.example.org/" uses http; only localhost, 127.0.0.1 and [::1] may, everything else needs https',
      'redirectUris.1: "https://*.example.org/" contains a wildcard; every redirect URI is registered in full and compared exactly',
      'redirectUris.2: "https://a.example/#b" contains a fragment (#…)',
    ]);
  });

  it('are what their fields say and nothing more: what nobody may set is refused', async () => {
    const forbidden = { id: 'mine', secret: 'mine', secrets: [], source: 'configuration', createdAt: 1, isAdmin: true };
    for (const [name, value] of Object.entries(forbidden)) {
      const { status } = await admin.call('POST', '/clients', { body: { ...SHOP, [name]: value } });
      expect(status, name).to.equal(400);
    }
    const { client } = await make();
    for (const [name, value] of Object.entries({ ...forbidden, type: 'native', updatedAt: 1 })) {
      const body = { version: 1, [name]: value };
      expect((await admin.call('PATCH', `/clients/${client.id}`, { body })).status, name).to.equal(400);
    }
    expect((await admin.call('GET', `/clients/${client.id}`)).body).to.deep.equal(client);
  });

  it('change what is named and keep the rest, with one event that says both', async () => {
    const { client } = await make({ firstParty: true, smsText: '{otp} is yours' });
    const body = { version: 1, name: 'Shop 2', pkceRequired: false };
    const { status, body: changed } = await admin.call('PATCH', `/clients/${client.id}`, { body });
    expect(status).to.equal(200);
    expect(changed).to.deep.include({ ...client, ...body, version: 2, updatedAt: changed.updatedAt });
    const [event] = await suite.events({ type: 'client.changed', clientId: client.id });
    expect(event?.actor).to.equal('key:ADMIN_API_KEY');
    expect(event?.changes).to.deep.equal([
      { field: 'name', before: '"Shop"', after: '"Shop 2"' },
      { field: 'pkceRequired', before: 'true', after: 'false' },
    ]);
    const refused = await admin.call('PATCH', `/clients/${client.id}`, { body: { version: 2, type: 'spa' } });
    expect(refused.status).to.equal(400);
    const without = await admin.call('PATCH', `/clients/${client.id}`, { body: { version: 2, redirectUris: [] } });
    expect(without.body.details).to.deep.equal(['redirectUris: the authorization_code grant needs at least one']);
  });

  it('change for whoever has read their present version, and for nobody else', async () => {
    const { client } = await make();
    const path = `/clients/${client.id}`;
    const change = (more: object, headers = {}) => admin.call('PATCH', path, { body: { name: 'B', ...more }, headers });
    expect((await change({})).status).to.equal(400);
    expect((await change({ version: 7 })).body.error).to.equal('version_conflict');
    expect((await change({}, { 'if-match': '"7"' })).status).to.equal(412);
    expect((await change({}, { 'if-match': '*' })).status).to.equal(412);
    expect((await change({}, { 'if-match': '"1"' })).status).to.equal(200);
    const answers = await Promise.all(Array.from({ length: 20 }, () => change({ version: 2 })));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, ...Array(19).fill(409)]);
  });

  it('have two secrets while one is changed for another, and one when it has leaked', async () => {
    const { client, secret: first } = await make(MACHINE);
    const rotate = async (body: object) =>
      String((await admin.call('POST', `/clients/${client.id}/secret`, { body })).body.secret);
    const works = async (...secrets: string[]) =>
      Promise.all(secrets.map(async (secret) => (await tokenFor(client.id, secret)).status));
    const second = await rotate({});
    expect(await works(first, second)).to.deep.equal([200, 200]);
    const third = await rotate({});
    expect(await works(first, second, third)).to.deep.equal([401, 200, 200]);
    const fourth = await rotate({ alone: true });
    expect(await works(second, third, fourth)).to.deep.equal([401, 401, 200]);
    const { client: open } = await make({ type: 'spa' });
    const refused = await admin.call('POST', `/clients/${open.id}/secret`, { body: {} });
    expect(refused.body.error).to.equal('client_invalid');
  });

  it('do nothing while they are disabled, and nothing ever again once they are removed', async () => {
    const time = suite.freeze();
    const { client, secret } = await make(MACHINE);
    const { token } = await tokenFor(client.id, secret);
    const call = async () => (await backend.call('/cis/v1/users', { token, body: { email: suite.address() } })).status;
    expect(await call()).to.equal(201);
    const path = `/clients/${client.id}`;
    await admin.call('PATCH', path, { body: { version: 1, disabled: true } });
    time.advance(FIVE_SECONDS);
    expect([await call(), (await tokenFor(client.id, secret)).status]).to.deep.equal([401, 401]);
    await admin.call('PATCH', path, { body: { version: 2, disabled: false } });
    expect(await call()).to.equal(201);
    expect((await admin.call('DELETE', path)).status).to.equal(204);
    time.advance(FIVE_SECONDS);
    expect([await call(), (await tokenFor(client.id, secret)).status]).to.deep.equal([401, 401]);
    expect((await admin.call('DELETE', path)).status).to.equal(404);
  });

  it('leave nothing behind that is good for anything: tokens of people at a removed client', async () => {
    const time = suite.freeze();
    const scope = { parameters: { scope: 'openid email offline_access', prompt: 'consent' } };
    const { tokens } = await suite.signIn(suite.browser(), suite.address(), { clientId: 'demo-third-party', ...scope });
    const party = await suite.party('demo-third-party');
    const { clients } = suite.server.server.store;
    const declared = await clients.find('demo-third-party');
    if (declared === null) throw new Error('the demo has no such client');
    const me = async () => {
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      return (await send({ method: 'GET', url: new URL('/me', suite.server.issuer), headers, body: null })).status;
    };
    expect(await me()).to.equal(200);
    await clients.update({ ...declared, source: 'administrator' });
    expect((await admin.call('DELETE', '/clients/demo-third-party')).status).to.equal(204);
    time.advance(FIVE_SECONDS);
    expect(await me()).to.equal(401);
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    expect((await party.token(refresh)).body.error).to.equal('invalid_client');
  });

  it('of the configuration are read and not changed', async () => {
    const path = '/clients/demo';
    expect((await admin.call('GET', path)).body).to.include({ source: 'configuration' });
    const { version } = (await admin.call('GET', path)).body;
    const answers = [
      await admin.call('PATCH', path, { body: { version, name: 'Mine' } }),
      await admin.call('POST', `${path}/secret`, { body: {} }),
      await admin.call('DELETE', path),
    ];
    for (const { status, body } of answers) {
      expect(status).to.equal(409);
      expect(body.error).to.equal('declared_elsewhere');
    }
  });

  it('are listed page by page, and found by how their id or name begins', async () => {
    const name = `Listed ${suite.address()}`;
    const made = [];
    for (const index of [1, 2, 3]) made.push((await make({ name: `${name} ${index}` })).client.id);
    const found: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 3; pages += 1) {
      const search = encodeURIComponent(name.toUpperCase());
      const { body } = await admin.call('GET', `/clients?search=${search}&limit=1${cursor}`);
      found.push(...(body.items as { id: string }[]).map(({ id }) => id));
      cursor = `&cursor=${String(body.next_cursor)}`;
    }
    expect(found).to.deep.equal(made.toSorted());
    expect(cursor).to.equal('&cursor=null');
    const byId = await admin.call('GET', `/clients?search=${made[0]?.slice(0, 20)}`);
    expect((byId.body.items as { id: string }[]).map(({ id }) => id)).to.deep.equal([made[0]]);
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2', 'sort=name', '$where=1']) {
      expect((await admin.call('GET', `/clients?${query}`)).status, query).to.equal(400);
    }
  });
});
