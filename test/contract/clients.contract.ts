import { expect } from 'chai';
import { clientOf, freshId, START } from '../support/factories.ts';
import { count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `clients`. */
export function clientsContract(store: CurrentStore): void {
  describe('clients', () => {
    it('keeps every field', async () => {
      const client = clientOf({
        type: 'native',
        secrets: [{ salt: 'salt', hash: 'hash', createdAt: START }],
        logoUri: 'https://app.example.org/logo.svg',
        signUp: 'closed',
        channels: ['sms'],
        mailProof: 'link',
        secondFactor: 'always',
        rememberDevices: true,
        smsText: '{otp} for {app}',
        permissions: ['auth:execute', 'otp:direct'],
        resources: ['https://api.example.org/v2', 'urn:example:ledger'],
        accessTokenFormat: 'jwt',
        backchannelLogoutUri: 'https://app.example.org/logged-out',
        organizations: 'required',
        lifetimes: {
          accessTokenSeconds: 300,
          idTokenSeconds: null,
          refreshTokenSeconds: 3600,
          refreshTokenAbsoluteSeconds: 86_400,
        },
        claims: { 'https://app.example.org/mail': 'email', $user: 'sub', 'a.b': 'roles' },
        branding: {
          accent: '#aa3366',
          texts: {
            'pt-BR': { heading: 'Olá', intro: null, mailIntro: null },
            en: { heading: null, intro: 'Hello', mailIntro: 'Dear' },
          },
        },
        source: 'registration',
        registrationTokenHash: 'digest',
        disabled: true,
        version: 3,
      });
      expect(await store().clients.create(client)).to.equal(true);
      expect(await store().clients.find(client.id)).to.deep.equal(client);
      expect(await store().clients.find(freshId('unknown'))).to.equal(null);
    });

    it('creates exactly one of an id, however many come at once, and overwrites none', async () => {
      const id = freshId('client');
      const clients = Array.from({ length: 50 }, (_, index) => clientOf({ id, name: `number ${index}` }));
      const answers = await parallel((index) => store().clients.create(clients[index] ?? clientOf()));
      expect(count(answers, (taken) => taken)).to.equal(1);
      expect(await store().clients.find(id)).to.deep.equal(clients[answers.indexOf(true)]);
    });

    it('replaces what was read and raises the version', async () => {
      const client = clientOf();
      await store().clients.create(client);
      const changed = { ...client, name: 'Renamed', redirectUris: [], updatedAt: START + 1 };
      expect(await store().clients.update(changed)).to.deep.equal({ ...changed, version: 2 });
      expect(await store().clients.find(client.id)).to.deep.equal({ ...changed, version: 2 });
      expect(await store().clients.update(changed)).to.equal(null);
      expect(await store().clients.update(clientOf())).to.equal(null);
    });

    it('lets exactly one change per version through, however many come at once', async () => {
      const client = clientOf();
      await store().clients.create(client);
      for (const version of [1, 2, 3]) {
        const answers = await parallel((index) =>
          store().clients.update({ ...client, version, name: `${version} by ${index}` }),
        );
        const [winner, ...others] = answers.filter((answer) => answer !== null);
        expect(others).to.deep.equal([]);
        expect(await store().clients.find(client.id)).to.deep.equal(winner);
      }
    });

    it('lists by id, a page at a time', async () => {
      const clients = ['c', 'a', 'd', 'b', 'e'].map((id) => clientOf({ id }));
      for (const client of clients) await store().clients.create(client);
      const idsAfter = async (after: string | null) => (await store().clients.list(after, 2)).map(({ id }) => id);
      expect(await idsAfter(null)).to.deep.equal(['a', 'b']);
      expect(await idsAfter('b')).to.deep.equal(['c', 'd']);
      expect(await idsAfter('d')).to.deep.equal(['e']);
      expect(await idsAfter('e')).to.deep.equal([]);
    });

    it('removes once', async () => {
      const client = clientOf();
      await store().clients.create(client);
      expect(count(await parallel(() => store().clients.remove(client.id)), (gone) => gone)).to.equal(1);
      expect(await store().clients.find(client.id)).to.equal(null);
    });

    it('keeps hostile ids verbatim and apart', async () => {
      const clients = HOSTILE_IDS.map((id) => clientOf({ id, name: id }));
      for (const client of clients) expect(await store().clients.create(client)).to.equal(true);
      for (const client of clients) expect(await store().clients.find(client.id)).to.deep.equal(client);
      expect(await store().clients.list(null, 100)).to.have.length(HOSTILE_IDS.length);
    });
  });
}
