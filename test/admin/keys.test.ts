import { expect } from 'chai';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { useServer } from '../support/journey.ts';
import { storeDump } from '../support/store-dump.ts';

describe('Admin API: its keys', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withAdmin });
  const admin = createAdministrator(suite);

  async function make(request: Readonly<Record<string, unknown>>): Promise<{ id: string; key: string }> {
    const { status, body, text } = await admin.call('POST', '/keys', { body: { name: 'nightly', ...request } });
    expect(status, text).to.equal(201);
    return { id: String(body.id), key: String(body.key) };
  }
  const list = (key: string) => admin.call('GET', '/keys', { key });

  it('are made by the key of the configuration, and open the door from then on', async () => {
    const { id, key } = await make({ scope: 'write' });
    expect(key).to.match(/^[\w-]{22}\.[\w-]{43}$/);
    expect((await list(key)).status).to.equal(200);
    const made = await admin.call('POST', '/clients', { key, body: { name: 'Shop', type: 'machine' } });
    expect(made.status).to.equal(201);
    const [event] = await suite.events({ type: 'client.created', actor: `key:${id} (nightly)` });
    expect(event?.changes).to.deep.include.members([
      { field: 'name', before: null, after: '"Shop"' },
      { field: 'type', before: null, after: '"machine"' },
    ]);
    const [created] = await suite.events({ type: 'admin_key.created' });
    expect(created).to.deep.include({
      actor: 'key:ADMIN_API_KEY',
      object: `admin_key:${id}`,
      changes: [
        { field: 'name', before: null, after: '"nightly"' },
        { field: 'scope', before: null, after: '"write"' },
      ],
    });
  });

  it('are shown once: no list, no event, no log line and no store has them', async () => {
    const { key } = await make({});
    expect((await admin.call('GET', '/keys')).text).not.to.contain(key);
    const events = await suite.events({ type: 'admin_key.created' });
    expect(JSON.stringify([events, suite.server.logLines])).not.to.contain(key.split('.')[1]);
    expect(JSON.stringify(await storeDump(suite.server))).not.to.contain(key.split('.')[1]);
  });

  it('of the scope read change nothing', async () => {
    const { key } = await make({});
    expect((await list(key)).status).to.equal(200);
    for (const [method, path, body] of [
      ['POST', '/clients', { name: 'Shop', type: 'machine' }],
      ['PATCH', '/clients/demo', { version: 1, name: 'Mine' }],
      ['DELETE', '/clients/demo', undefined],
      ['POST', '/keys', { name: 'mine', scope: 'write' }],
    ] as const) {
      const { status, body: answer, headers } = await admin.call(method, path, { key, body });
      expect([status, answer.error], `${method} ${path}`).to.deep.equal([403, 'permission_missing']);
      expect(headers['www-authenticate']).to.equal('Bearer error="insufficient_scope", scope="write"');
    }
  });

  it('open nothing once they are revoked or their time is over', async () => {
    const time = suite.freeze();
    const { id, key } = await make({});
    expect((await admin.call('DELETE', `/keys/${id}`)).status).to.equal(204);
    expect((await list(key)).status).to.equal(401);
    expect((await admin.call('DELETE', `/keys/${id}`)).status).to.equal(404);
    const { key: brief } = await make({ expires_at: Date.now() + 1000 });
    expect((await list(brief)).status).to.equal(200);
    time.advance(1000);
    expect((await list(brief)).status).to.equal(401);
    const over = await admin.call('POST', '/keys', { body: { name: 'late', expires_at: Date.now() } });
    expect(over.status).to.equal(400);
  });

  it('are nobody’s by a part of them', async () => {
    const { id, key } = await make({});
    const { key: other } = await make({});
    const secret = key.split('.')[1] ?? '';
    for (const wrong of [
      id,
      secret,
      `${id}.`,
      `.${secret}`,
      `${id}.${other.split('.')[1]}`,
      `${key}a`,
      key.slice(0, -1),
    ]) {
      expect((await list(wrong)).status, wrong).to.equal(401);
    }
  });
});
