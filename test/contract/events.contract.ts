import { expect } from 'chai';
import type { EventFilter } from '../../src/ports/store/events.ts';
import { eventOf, freshId, SECOND, START } from '../support/factories.ts';
import { CALLERS, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `events`. */
export function eventsContract(store: CurrentStore): void {
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

    it('begins where it is told to, in each of its lists', async () => {
      const all = { accountId: 'account', clientId: 'client', actor: 'key:one', type: 'session.started' } as const;
      const events = [0, 1, 2, 3].map((index) => eventOf({ ...all, at: START + index }));
      await store().events.append(events);
      const late = events.slice(2).map(({ id }) => id);
      for (const filter of [{}, ...Object.entries(all).map(([name, value]) => ({ [name]: value })), all]) {
        const from = START + 2;
        expect(await idsOf({ ...filter, from }), JSON.stringify(filter)).to.deep.equal(late.toReversed());
        const before = { at: START + 3, id: '' };
        expect(await idsOf({ ...filter, from, before }), JSON.stringify(filter)).to.deep.equal(late.slice(0, 1));
        expect(await idsOf({ ...filter, from: START + 4 })).to.deep.equal([]);
      }
    });

    it('follows from a position on, oldest first, without gap or overlap', async () => {
      const accountId = freshId('account');
      const events = Array.from({ length: 9 }, (_, index) =>
        eventOf({ at: START + Math.floor(index / 3), ...(index % 2 === 0 ? { accountId } : {}) }),
      );
      await store().events.append(events.toReversed());
      for (const conditions of [{}, { accountId }, { accountId, type: 'challenge.opened' }]) {
        const meant = 'accountId' in conditions ? events.filter((event) => event.accountId === accountId) : events;
        const seen: string[] = [];
        let place = { at: START, id: '' };
        for (;;) {
          const page = await store().events.following(conditions, place, 2);
          seen.push(...page.map(({ id }) => id));
          const last = page.at(-1);
          if (last === undefined) break;
          place = { at: last.at, id: last.id };
        }
        expect(seen).to.deep.equal(meant.map(({ id }) => id));
      }
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
