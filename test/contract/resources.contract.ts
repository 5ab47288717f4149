import { expect } from 'chai';
import { freshId, resourceOf, START } from '../support/factories.ts';
import { count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `resources` (RFC 8707). */
export function resourcesContract(store: CurrentStore): void {
  describe('resources', () => {
    it('keeps every field', async () => {
      const resource = resourceOf({
        scopes: [
          { name: 'orders:read', description: 'See your orders' },
          { name: 'https://orders.example.org/$all', description: '“Everything” <b>' },
        ],
        accessTokenFormat: 'opaque',
        signingAlg: 'EdDSA',
        accessTokenSeconds: 300,
        version: 3,
      });
      expect(await store().resources.create(resource)).to.equal(true);
      expect(await store().resources.find(resource.id)).to.deep.equal(resource);
      expect(await store().resources.find(freshId('unknown'))).to.equal(null);
    });

    it('creates exactly one of an id, however many come at once, and overwrites none', async () => {
      const id = freshId('resource');
      const resources = Array.from({ length: 50 }, (_, index) => resourceOf({ id, name: `number ${index}` }));
      const answers = await parallel((index) => store().resources.create(resources[index] ?? resourceOf()));
      expect(count(answers, (taken) => taken)).to.equal(1);
      expect(await store().resources.find(id)).to.deep.equal(resources[answers.indexOf(true)]);
    });

    it('lets exactly one change per version through, however many come at once', async () => {
      const resource = resourceOf();
      await store().resources.create(resource);
      for (const version of [1, 2, 3]) {
        const changed = { ...resource, version, scopes: [], updatedAt: START + version };
        const answers = await parallel((index) =>
          store().resources.update({ ...changed, name: `${version} by ${index}` }),
        );
        const [winner, ...others] = answers.filter((answer) => answer !== null);
        expect(others).to.deep.equal([]);
        expect(winner).to.deep.equal({ ...changed, name: winner?.name, version: version + 1 });
        expect(await store().resources.find(resource.id)).to.deep.equal(winner);
      }
      expect(await store().resources.update(resourceOf())).to.equal(null);
    });

    it('lists by id, a page at a time', async () => {
      const resources = ['c', 'a', 'd', 'b', 'e'].map((id) => resourceOf({ id }));
      for (const resource of resources) await store().resources.create(resource);
      const idsAfter = async (after: string | null) => (await store().resources.list(after, 2)).map(({ id }) => id);
      expect(await idsAfter(null)).to.deep.equal(['a', 'b']);
      expect(await idsAfter('b')).to.deep.equal(['c', 'd']);
      expect(await idsAfter('e')).to.deep.equal([]);
    });

    it('removes once', async () => {
      const resource = resourceOf();
      await store().resources.create(resource);
      expect(count(await parallel(() => store().resources.remove(resource.id)), (gone) => gone)).to.equal(1);
      expect(await store().resources.find(resource.id)).to.equal(null);
    });

    it('keeps hostile ids verbatim and apart', async () => {
      const resources = HOSTILE_IDS.map((id) => resourceOf({ id, name: id }));
      for (const resource of resources) expect(await store().resources.create(resource)).to.equal(true);
      for (const resource of resources) {
        expect(await store().resources.find(resource.id)).to.deep.equal(resource);
      }
    });
  });
}
