import { expect } from 'chai';
import { freshId, keyOf, START } from '../support/factories.ts';
import { CALLERS, count, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `keys`. */
export function installationContract(store: CurrentStore): void {
  describe('keys', () => {
    it('agrees on one first key per algorithm, however many nodes start at once', async () => {
      const keys = Array.from({ length: CALLERS }, () => keyOf());
      const answers = await parallel((index) => store().keys.create(keys[index] ?? keyOf()));
      expect(count(answers, (taken) => taken)).to.equal(1);
      expect(await store().keys.list()).to.deep.equal([keys[answers.indexOf(true)]]);
    });

    it('lets one of many rotations at once win', async () => {
      await store().keys.create(keyOf());
      const keys = Array.from({ length: CALLERS }, () => keyOf({ generation: 2, createdAt: START + 1 }));
      const answers = await parallel((index) => store().keys.create(keys[index] ?? keyOf()));
      expect(count(answers, (taken) => taken)).to.equal(1);
      expect((await store().keys.list())[1]).to.deep.equal(keys[answers.indexOf(true)]);
    });

    it('adds a key of each generation, and none under an id that is taken', async () => {
      const keys = [
        keyOf(),
        keyOf({ generation: 2, activeFrom: START + 5, replacesLeaked: true, noted: 'next' }),
        keyOf({ generation: 4, withdrawnAt: START, noted: 'removed' }),
        keyOf({ alg: 'EdDSA' }),
      ];
      for (const key of keys) expect(await store().keys.create(key)).to.equal(true);
      for (const key of keys) expect(await store().keys.create({ ...key, generation: 9 })).to.equal(false);
      expect(await store().keys.list()).to.have.deep.members(keys);
    });

    it('withdraws a key once, however many ask for it at once', async () => {
      const [key, other] = [keyOf(), keyOf({ generation: 2 })];
      for (const one of [key, other]) await store().keys.create(one);
      const answers = await parallel((index) => store().keys.withdraw(key.id, START + index));
      expect(count(answers, (done) => done)).to.equal(1);
      const withdrawn = { ...key, withdrawnAt: START + answers.indexOf(true) };
      expect(await store().keys.list()).to.have.deep.members([withdrawn, other]);
      expect(await store().keys.withdraw(freshId('unknown'), START)).to.equal(false);
    });

    it('lets one of many tell what has become of a key', async () => {
      const key = keyOf({ noted: 'next' });
      await store().keys.create(key);
      expect(await store().keys.note(key.id, 'active', 'retiring')).to.equal(false);
      const answers = await parallel(() => store().keys.note(key.id, 'next', 'active'));
      expect(count(answers, (told) => told)).to.equal(1);
      expect(await store().keys.list()).to.deep.equal([{ ...key, noted: 'active' }]);
      expect(await store().keys.note(freshId('unknown'), 'active', 'retiring')).to.equal(false);
    });

    it('removes a key once, and nothing but it', async () => {
      const [key, other] = [keyOf(), keyOf({ generation: 2 })];
      for (const one of [key, other]) await store().keys.create(one);
      expect(count(await parallel(() => store().keys.remove(key.id)), (done) => done)).to.equal(1);
      expect(await store().keys.list()).to.deep.equal([other]);
    });

    it('puts another seal on one key and leaves all else as it is', async () => {
      const [key, other] = [keyOf(), keyOf({ alg: 'ES256' })];
      await store().keys.create(key);
      await store().keys.create(other);
      await store().keys.reseal(key.id, 'another seal');
      await store().keys.reseal(freshId('unknown'), 'nothing');
      const keys = await store().keys.list();
      expect(keys).to.have.deep.members([{ ...key, sealed: 'another seal' }, other]);
    });

    it('lists all algorithms’ keys, oldest first', async () => {
      const [younger, older] = [keyOf({ createdAt: START + 1 }), keyOf({ alg: 'ES256', createdAt: START })];
      expect(await store().keys.list()).to.deep.equal([]);
      expect(await store().keys.create(younger)).to.equal(true);
      expect(await store().keys.create(older)).to.equal(true);
      expect(await store().keys.create(keyOf({ alg: 'ES256' }))).to.equal(false);
      expect(await store().keys.list()).to.deep.equal([older, younger]);
    });
  });
}
