import { expect } from 'chai';
import type { EventFilter } from '../../src/ports/store/installation.ts';
import { eventOf, freshId, keyOf, SECOND, START } from '../support/factories.ts';
import { CALLERS, count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `keys` and `events`. */
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

  describe('events', () => {
    const list = (filter: EventFilter = {}, limit = 100) => store().events.list(filter, limit);
    const idsOf = async (filter: EventFilter, limit?: number) => (await list(filter, limit)).map(({ id }) => id);

    it('keeps every field', async () => {
      const event = eventOf({
        type: 'session.started',
        accountId: 'account',
        clientId: 'client',
        identifier: 'a•••@e•••.org',
        network: '2001:db8:0:1::/64',
        requestId: 'request',
        reason: 'because',
        actor: 'key:deployment',
        object: 'organization:org_1',
        changes: [
          { field: 'name', before: null, after: '"Shop"' },
          { field: 'disabled', before: 'false', after: null },
        ],
      });
      await store().events.append([event]);
      expect(await list()).to.deep.equal([event]);
    });

    it('loses none of those appended at once', async () => {
      await store().events.append([]);
      await parallel((index) =>
        store().events.append([eventOf({ at: START + index }), eventOf({ at: START + index })]),
      );
      expect(await list({}, 1000)).to.have.length(2 * CALLERS);
    });

    it('lists newest first, page by page, without gap or overlap', async () => {
      const events = Array.from({ length: 9 }, (_, index) => eventOf({ at: START + Math.floor(index / 3) * SECOND }));
      await store().events.append(events);
      const whole = await list();
      const seen: string[] = [];
      let page = await list({}, 2);
      while (page.length > 0) {
        seen.push(...page.map(({ id }) => id));
        const last = page.at(-1);
        page = last === undefined ? [] : await list({ before: { at: last.at, id: last.id } }, 2);
      }
      expect(seen).to.deep.equal(whole.map(({ id }) => id));
      expect(whole.map(({ at }) => at)).to.deep.equal(events.map(({ at }) => at).reverse());
    });

    it('narrows by every condition and by all of them together', async () => {
      const accountId = freshId('account');
      const clientId = freshId('client');
      const events = [
        eventOf({ accountId, clientId, type: 'session.started', at: START + 3 }),
        eventOf({ accountId, clientId, at: START + 2 }),
        eventOf({ accountId, type: 'session.started', at: START + 1 }),
        eventOf({ clientId, type: 'session.started', at: START }),
      ] as const;
      await store().events.append(events);
      const [all, opened, noClient, noAccount] = events.map(({ id }) => id);
      const byHand = eventOf({ accountId, actor: 'key:one', at: START - 1 });
      await store().events.append([
        byHand,
        eventOf({ accountId: freshId('account'), actor: 'key:two', at: START - 1 }),
      ]);
      expect(await idsOf({ actor: 'key:one' })).to.deep.equal([byHand.id]);
      expect(await idsOf({ accountId, actor: 'key:one' })).to.deep.equal([byHand.id]);
      const type = 'session.started';
      expect(await idsOf({ accountId })).to.deep.equal([all, opened, noClient, byHand.id]);
      expect(await idsOf({ clientId })).to.deep.equal([all, opened, noAccount]);
      expect(await idsOf({ type })).to.deep.equal([all, noClient, noAccount]);
      expect(await idsOf({ accountId, type })).to.deep.equal([all, noClient]);
      expect(await idsOf({ clientId, type })).to.deep.equal([all, noAccount]);
      expect(await idsOf({ accountId, clientId })).to.deep.equal([all, opened]);
      expect(await idsOf({ accountId, clientId, type })).to.deep.equal([all]);
      const before = { at: events[0].at, id: events[0].id };
      expect(await idsOf({ accountId, type, before })).to.deep.equal([noClient]);
      expect(await idsOf({ type: 'never.happened' })).to.deep.equal([]);
    });

    it('keeps hostile values verbatim and apart', async () => {
      const events = HOSTILE_IDS.map((id) => eventOf({ id, accountId: id, reason: id }));
      await store().events.append(events);
      for (const event of events) expect(await list({ accountId: event.id })).to.deep.equal([event]);
    });

    it('purges what is older, oldest first, as many as asked for', async () => {
      const events = Array.from({ length: 6 }, (_, index) => eventOf({ at: START + index }));
      await store().events.append(events);
      expect(await store().events.purge(START + 4, 3)).to.equal(3);
      expect((await list()).map(({ at }) => at)).to.deep.equal([START + 5, START + 4, START + 3]);
      expect(await store().events.purge(START + 4, 3)).to.equal(1);
      expect(await store().events.purge(START + 4, 3)).to.equal(0);
      expect(await list()).to.have.length(2);
    });
  });
}
