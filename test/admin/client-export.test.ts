import { expect } from 'chai';
import { createClock, createRandom } from '../../src/adapters/system/index.ts';
import { clientDeclaration } from '../../src/config/schema/client.ts';
import { createClients } from '../../src/services/clients/clients.ts';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { type Suite, useServer } from '../support/journey.ts';
import { rejectionOf } from '../support/rejection.ts';
import { startServer } from '../support/server.ts';

const SHOP = {
  name: 'Shop',
  redirectUris: ['https://shop.example.org/callback'],
  lifetimes: { accessTokenSeconds: 300 },
  claims: { 'https://shop.example.org/mail': 'email' },
  branding: { accent: '#AA3366', texts: { en: { heading: 'Welcome' } } },
};

interface Export {
  readonly clients: readonly Readonly<Record<string, unknown>>[];
  readonly secrets_missing: readonly { readonly id: string; readonly variable: string }[];
  readonly left_out: readonly { readonly id: string; readonly reason: string }[];
}

const COMMON = ['id', 'source', 'createdAt', 'updatedAt', 'version', 'secrets'];
const decided = (client: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(client).filter(([name]) => !COMMON.includes(name)));

describe('Admin API: clients as configuration', function () {
  this.timeout(30_000);
  const suite = useServer({ env: withAdmin });
  const admin = createAdministrator(suite);
  const make = async (fields: object) =>
    (await admin.call('POST', '/clients', { body: fields })).body.client as Record<string, unknown>;

  it('are the same clients on another installation, and refused where an administrator has them', async () => {
    const web = await make(SHOP);
    const spa = await make({ ...SHOP, type: 'spa', name: 'Page' });
    const off = await make({ ...SHOP, name: 'Off' });
    await admin.call('PATCH', `/clients/${String(off.id)}`, { body: { version: 1, disabled: true } });
    const { status, body, text } = await admin.call('GET', '/clients/export');
    expect(status, text).to.equal(200);
    const { clients, secrets_missing, left_out } = body as unknown as Export;
    expect(clients.map(({ id }) => id))
      .to.include.members([web.id, spa.id, 'demo'])
      .and.not.include(off.id);
    expect(clients.map(({ id }) => String(id)).join()).not.to.match(/countersign-/);
    expect(left_out).to.deep.equal([{ id: off.id, reason: 'disabled' }]);
    expect(text).not.to.match(/"(?:hash|salt|secrets)"/);

    const secrets = Object.fromEntries(
      secrets_missing.map(({ variable }, index) => [variable, `brought-along-${index}`]),
    );
    const env = { ...withAdmin, ...secrets };
    const other = await startServer({ env, settings: { demo: false, clients } });
    try {
      for (const client of [web, spa]) {
        const found = await other.server.store.clients.find(String(client.id));
        expect(found?.source).to.equal('configuration');
        const { registrationTokenHash: _, ...shown } = found ?? { registrationTokenHash: null };
        expect(decided(shown)).to.deep.equal(decided(client));
      }
    } finally {
      await other.close();
    }
    const declared = clientDeclaration.parse({ ...clients.find(({ id }) => id === spa.id) });
    const refusal = await rejectionOf(clientsOf(suite).reconcile([declared]));
    expect(refusal.message).to.match(/an administrator registered that id/);
  });

  it('are for readers, and of nobody else', async () => {
    expect((await admin.call('GET', '/clients/export', { key: null })).status).to.equal(401);
  });
});

/** What a server does with its clients when it starts. */
const clientsOf = (suite: Suite) =>
  createClients({
    store: suite.server.server.store,
    clock: createClock(),
    random: createRandom(),
    audit: { record: () => undefined, drain: async () => undefined },
  });
