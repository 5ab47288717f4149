import { expect } from 'chai';
import { adminKeyOf, freshId, START } from '../support/factories.ts';
import { count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `adminKeys`: keys of the Admin API. */
export function adminKeysContract(store: CurrentStore): void {
  describe('admin keys', () => {
    it('keep every field', async () => {
      for (const key of [adminKeyOf(), adminKeyOf({ name: 'ä', scope: 'read', expiresAt: START + 1 })]) {
        expect(await store().adminKeys.create(key)).to.equal(true);
        expect(await store().adminKeys.find(key.id)).to.deep.equal(key);
      }
      expect(await store().adminKeys.find(freshId('unknown'))).to.equal(null);
    });

    it('are created once for each id, however many come at once, and overwrite none', async () => {
      const id = freshId('admin-key');
      const rivals = Array.from({ length: 50 }, (_, index) => adminKeyOf({ id, hash: `hash ${index}` }));
      const answers = await parallel((index) => store().adminKeys.create(rivals[index] ?? adminKeyOf()));
      expect(count(answers, (taken) => taken)).to.equal(1);
      expect(await store().adminKeys.find(id)).to.deep.equal(rivals[answers.indexOf(true)]);
    });

    it('are listed by id, a page at a time', async () => {
      for (const id of ['c', 'a', 'b']) await store().adminKeys.create(adminKeyOf({ id }));
      const idsAfter = async (after: string | null) => (await store().adminKeys.list(after, 2)).map(({ id }) => id);
      expect(await idsAfter(null)).to.deep.equal(['a', 'b']);
      expect(await idsAfter('b')).to.deep.equal(['c']);
      expect(await idsAfter('c')).to.deep.equal([]);
    });

    it('are removed once', async () => {
      const key = adminKeyOf();
      await store().adminKeys.create(key);
      expect(count(await parallel(() => store().adminKeys.remove(key.id)), (gone) => gone)).to.equal(1);
      expect(await store().adminKeys.find(key.id)).to.equal(null);
    });

    it('keep hostile ids verbatim and apart', async () => {
      const keys = HOSTILE_IDS.map((id) => adminKeyOf({ id, name: id }));
      for (const key of keys) expect(await store().adminKeys.create(key)).to.equal(true);
      for (const key of keys) expect(await store().adminKeys.find(key.id)).to.deep.equal(key);
    });
  });
}
