import { expect } from 'chai';
import { maskIdentifier } from '../../src/domain/identifier.ts';
import { accountOf, clientOf, freshId, provenEmail, provenNumber, START } from '../support/factories.ts';
import { HOSTILE_IDS } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** What people look for, and know a part of only: `accounts.listByMask`, `clients.search`. */
export function searchingContract(store: CurrentStore): void {
  describe('accounts by what an audit event shows of their identifier', () => {
    const idsOf = async (masked: string, after: string | null = null, limit = 50) =>
      (await store().accounts.listByMask(masked, after, limit)).map(({ id }) => id);

    it('are all that it may be, page by page, each once', async () => {
      const twice = ['anna@example.org', 'adam@elsewhere.org'];
      const several = accountOf({
        identifiers: twice.map((value, index) => provenEmail(value, { primary: index === 0 })),
      });
      const others = Array.from({ length: 6 }, (_, index) =>
        accountOf({ identifiers: [provenEmail(`a${index}@e${index}.org`)] }),
      );
      const stranger = accountOf({ identifiers: [provenEmail('b@example.org')] });
      for (const account of [...others, several, stranger]) await store().accounts.createOrFind(account);
      const meant = [...others, several].map(({ id }) => id).sort();
      const masked = maskIdentifier(provenEmail('ada@example.org'));
      expect(await idsOf(masked)).to.deep.equal(meant);
      const seen: string[] = [];
      for (let page = await idsOf(masked, null, 2); page.length > 0; page = await idsOf(masked, seen.at(-1), 2)) {
        seen.push(...page);
      }
      expect(seen).to.deep.equal(meant);
      expect(await store().accounts.listByMask(masked, meant.at(-2) ?? null, 5)).to.deep.equal(
        [...others, several].filter(({ id }) => id === meant.at(-1)),
      );
    });

    it('are found by what they have by now, and not by what they had', async () => {
      const account = accountOf({ identifiers: [provenEmail('first@one.example')] });
      const [number, masked] = [provenNumber('+4915112345612'), '+49•••12'];
      await store().accounts.createOrFind(account);
      expect(await idsOf(masked)).to.deep.equal([]);
      await store().accounts.attach(account.id, number);
      expect(await idsOf(masked)).to.deep.equal([account.id]);
      await store().accounts.makePrimary(account.id, number);
      await store().accounts.detach(account.id, provenEmail('first@one.example'));
      expect(await idsOf('f•••@o•••.example')).to.deep.equal([]);
      expect(await idsOf(masked)).to.deep.equal([account.id]);
      await store().accounts.remove(account.id);
      expect(await idsOf(masked)).to.deep.equal([]);
    });

    it('are none for what is no mask', async () => {
      await store().accounts.createOrFind(accountOf({ identifiers: [provenEmail('ada@example.org')] }));
      for (const text of [...HOSTILE_IDS, 'ada@example.org', '%', '']) {
        expect(await idsOf(text), text).to.deep.equal([]);
      }
    });
  });

  describe('clients by a part of their name or id', () => {
    const search = async (text: string, after: string | null = null, limit = 50) =>
      (await store().clients.search(text, after, limit)).map(({ id }) => id);

    it('are found whatever its case, page by page, as they are called by now', async () => {
      const clients = ['Big Shop', 'shopping', 'Workshop “Ａ”', 'Bakery'].map((name) =>
        clientOf({ id: freshId('client'), name }),
      );
      for (const client of clients) await store().clients.create(client);
      const [big, shopping, workshop, bakery] = clients.map(({ id }) => id);
      expect(await search('SHOP')).to.deep.equal([big, shopping, workshop]);
      expect(await search('shop', null, 2)).to.deep.equal([big, shopping]);
      expect(await search('shop', shopping)).to.deep.equal([workshop]);
      expect(await search('“a”')).to.deep.equal([workshop]);
      expect(await search(String(bakery).slice(-4))).to.deep.equal([bakery]);
      const [, , , last] = clients;
      if (last !== undefined) await store().clients.update({ ...last, name: 'Pastry Shop', updatedAt: START });
      expect(await search('shop', workshop)).to.deep.equal([bakery]);
      expect(await search('bakery')).to.deep.equal([]);
      expect(await store().clients.search('pastry', null, 5)).to.deep.equal([
        { ...last, name: 'Pastry Shop', updatedAt: START, version: 2 },
      ]);
    });

    it('are found by what they are called to the letter', async () => {
      const clients = HOSTILE_IDS.map((name, index) => clientOf({ id: `number-${index}`, name }));
      for (const client of clients) await store().clients.create(client);
      for (const [index, name] of HOSTILE_IDS.entries()) expect(await search(name), name).to.include(`number-${index}`);
      for (const pattern of ['.', '.*', '^', '[a-z]', '%', '_', '|']) {
        const named = clients.filter(({ name }) => name.includes(pattern)).map(({ id }) => id);
        expect(await search(pattern), pattern).to.deep.equal(named.sort());
      }
    });
  });
}
