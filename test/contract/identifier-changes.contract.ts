import { expect } from 'chai';
import type { Account, ProvenIdentifier } from '../../src/domain/account.ts';
import type { Identifier } from '../../src/domain/identifier.ts';
import { accountOf, freshId, provenEmail, START } from '../support/factories.ts';
import { CALLERS, count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

const phone = (value: string, overrides: Partial<ProvenIdentifier> = {}): ProvenIdentifier => ({
  ...provenEmail(value, overrides),
  channel: 'sms',
});

const valuesOf = (account: Account | null): string[] => account?.identifiers.map(({ value }) => value) ?? [];

const primariesOf = (account: Account | null): string[] =>
  account?.identifiers.filter(({ primary }) => primary).map(({ value }) => value) ?? [];

/** What happens to the identifiers of an account that is there. */
export function identifierChangesContract(store: CurrentStore): void {
  const created = async (...identifiers: ProvenIdentifier[]): Promise<Account> =>
    (await store().accounts.createOrFind(accountOf(identifiers.length === 0 ? {} : { identifiers }))).account;
  const find = (id: string) => store().accounts.findById(id);
  const ownerOf = async (identifier: Identifier) => (await store().accounts.findByIdentifier(identifier))?.id ?? null;

  describe('accounts: a further identifier', () => {
    it('comes last, is found by, and is primary if it is the first of its channel', async () => {
      const account = await created(provenEmail('first@example.org'));
      const second = provenEmail('second@example.org', { verifiedAt: START + 1 });
      const number = phone('+4915112345678', { primary: false });
      expect(await store().accounts.attach(account.id, second)).to.have.nested.property('attached.version', 2);
      const expected = {
        ...account,
        identifiers: [...account.identifiers, { ...second, primary: false }, { ...number, primary: true }],
        version: 3,
      };
      expect(await store().accounts.attach(account.id, number)).to.deep.equal({ attached: expected });
      expect(await find(account.id)).to.deep.equal(expected);
      for (const identifier of expected.identifiers) {
        expect(await store().accounts.findByIdentifier(identifier)).to.deep.equal(expected);
      }
    });

    it('is refused when somebody has it, the account itself, too, and when the account is gone', async () => {
      const [account, other] = [await created(), await created()];
      for (const owner of [account, other]) {
        const [taken] = owner.identifiers;
        if (taken === undefined) throw new Error('an account has an identifier');
        expect(await store().accounts.attach(account.id, { ...taken, verifiedAt: START })).to.deep.equal({
          refused: 'taken',
        });
        expect(await ownerOf(taken)).to.equal(owner.id);
      }
      const free = provenEmail('free@example.org');
      expect(await store().accounts.attach(freshId('unknown'), free)).to.deep.equal({ refused: 'gone' });
      expect(await ownerOf(free)).to.equal(null);
      expect(await find(account.id)).to.deep.equal(account);
    });

    it('is one account’s, however many want it at once', async () => {
      const accounts = await parallel(() => created());
      const wanted = phone('+4915112345678');
      const answers = await parallel((index) => store().accounts.attach(accounts[index]?.id ?? '', wanted));
      expect(count(answers, (answer) => 'attached' in answer)).to.equal(1);
      expect(count(answers, (answer) => 'refused' in answer && answer.refused === 'taken')).to.equal(CALLERS - 1);
      const winner = accounts[answers.findIndex((answer) => 'attached' in answer)];
      expect(await ownerOf(wanted)).to.equal(winner?.id);
      for (const account of accounts) {
        expect((await find(account.id))?.identifiers).to.have.length(account === winner ? 2 : 1);
      }
    });

    it('is added to an account once, however often at once', async () => {
      const account = await created();
      const wanted = phone('+4915112345678');
      const answers = await parallel(() => store().accounts.attach(account.id, wanted));
      expect(count(answers, (answer) => 'attached' in answer)).to.equal(1);
      expect((await find(account.id))?.identifiers).to.have.length(2);
    });

    it('is lost to none of the others that come at once, nor to a consent or a change', async () => {
      const account = await created();
      const wanted = Array.from({ length: 8 }, (_, index) => phone(`+491511234567${index}`));
      const consent = { scopes: ['openid'], claims: [], grantedAt: START };
      const [answers] = await Promise.all([
        parallel((index) => store().accounts.attach(account.id, wanted[index] ?? phone('')), wanted.length),
        parallel((index) => store().accounts.recordConsent(account.id, { ...consent, clientId: `client-${index}` }), 8),
        parallel(() => store().accounts.update({ ...account, attributes: { name: 'Ada' } }), 8),
      ]);
      expect(count(answers, (answer) => 'attached' in answer)).to.equal(wanted.length);
      const stored = await find(account.id);
      expect(valuesOf(stored)).to.have.members([...valuesOf(account), ...wanted.map(({ value }) => value)]);
      expect(stored?.consents).to.have.length(8);
      expect(primariesOf(stored)).to.have.length(2);
      for (const identifier of wanted) expect(await ownerOf(identifier)).to.equal(account.id);
    });

    it('may be hostile', async () => {
      const account = await created();
      for (const value of HOSTILE_IDS) await store().accounts.attach(account.id, phone(value));
      expect(valuesOf(await find(account.id))).to.deep.equal([...valuesOf(account), ...HOSTILE_IDS]);
      for (const value of HOSTILE_IDS) expect(await ownerOf(phone(value))).to.equal(account.id);
      for (const value of HOSTILE_IDS) await store().accounts.detach(account.id, phone(value));
      expect((await find(account.id))?.identifiers).to.deep.equal(account.identifiers);
    });
  });

  describe('accounts: one identifier less', () => {
    it('frees it, and makes the one of its channel primary that was proven first', async () => {
      const late = provenEmail('late@example.org', { primary: false, verifiedAt: START + 2 });
      const early = provenEmail('early@example.org', { primary: false, verifiedAt: START + 1 });
      const first = provenEmail('first@example.org');
      const account = await created(first, late, phone('+1'), early);
      const identifiers = [late, phone('+1'), { ...early, primary: true }];
      const detached = { ...account, identifiers, version: 2 };
      expect(await store().accounts.detach(account.id, first)).to.deep.equal({ detached });
      expect(await find(account.id)).to.deep.equal(detached);
      expect(await ownerOf(first)).to.equal(null);
      expect(await store().accounts.detach(account.id, late)).to.have.nested.property('detached.version', 3);
      expect(primariesOf(await find(account.id))).to.deep.equal(['+1', 'early@example.org']);
      const other = await created(first);
      expect(other.id).to.not.equal(account.id);
      expect(await store().accounts.attach(other.id, late)).to.have.property('attached');
      expect(await ownerOf(late)).to.equal(other.id);
    });

    it('is refused for the last one, for somebody else’s, and when the account is gone', async () => {
      const [account, other] = [await created(provenEmail('only@example.org')), await created()];
      const [mine] = account.identifiers;
      const [foreign] = other.identifiers;
      if (mine === undefined || foreign === undefined) throw new Error('an account has an identifier');
      expect(await store().accounts.detach(account.id, mine)).to.deep.equal({ refused: 'last' });
      expect(await store().accounts.detach(account.id, foreign)).to.deep.equal({ refused: 'gone' });
      expect(await store().accounts.detach(freshId('unknown'), mine)).to.deep.equal({ refused: 'gone' });
      expect(await find(account.id)).to.deep.equal(account);
      expect(await ownerOf(mine)).to.equal(account.id);
      expect(await ownerOf(foreign)).to.equal(other.id);
    });

    it('never is the last, though both are removed at the same time', async () => {
      const names = Array.from({ length: CALLERS / 2 }, (_, index) => `${index}@example.org`);
      const accounts = await Promise.all(names.map((name) => created(provenEmail(name), phone(name))));
      const answers = await parallel((index) => {
        const [account, name] = [accounts[index >> 1], names[index >> 1]];
        const removed = index % 2 === 0 ? provenEmail(name ?? '') : phone(name ?? '');
        return store().accounts.detach(account?.id ?? '', removed);
      });
      expect(count(answers, (answer) => 'detached' in answer)).to.equal(accounts.length);
      expect(count(answers, (answer) => 'refused' in answer && answer.refused === 'last')).to.equal(accounts.length);
      for (const { id } of accounts) {
        const [left, ...others] = (await find(id))?.identifiers ?? [];
        expect(others).to.deep.equal([]);
        expect(left?.primary).to.equal(true);
        expect(left === undefined ? null : await ownerOf(left)).to.equal(id);
      }
    });

    it('is so once, however often at once', async () => {
      const account = await created(provenEmail('one@example.org'), phone('+1'), phone('+2', { primary: false }));
      const answers = await parallel(() => store().accounts.detach(account.id, phone('+1')));
      expect(count(answers, (answer) => 'detached' in answer)).to.equal(1);
      expect(valuesOf(await find(account.id))).to.deep.equal(['one@example.org', '+2']);
    });
  });

  describe('accounts: the primary identifier', () => {
    it('is another one of its channel; the other channel keeps its own', async () => {
      const [first, second] = [provenEmail('a@example.org'), provenEmail('b@example.org', { primary: false })];
      const account = await created(first, second, phone('+1'));
      const identifiers = [{ ...first, primary: false }, { ...second, primary: true }, phone('+1')];
      const changed = await store().accounts.makePrimary(account.id, second);
      expect(changed).to.deep.equal({ ...account, identifiers, version: 2 });
      expect(await find(account.id)).to.deep.equal(changed);
    });

    it('is nobody else’s', async () => {
      const [account, other] = [await created(), await created()];
      const [foreign] = other.identifiers;
      expect(await store().accounts.makePrimary(account.id, foreign ?? phone(''))).to.equal(null);
      expect(await store().accounts.makePrimary(freshId('unknown'), foreign ?? phone(''))).to.equal(null);
      expect(await find(account.id)).to.deep.equal(account);
    });

    it('is one, however many are chosen at once', async () => {
      const numbers = ['+1', '+2', '+3', '+4', '+5'];
      const account = await created(...numbers.map((value) => phone(value, { primary: value === '+1' })));
      await parallel((index) => store().accounts.makePrimary(account.id, phone(numbers[index % 5] ?? '')), 15);
      const stored = await find(account.id);
      expect(primariesOf(stored)).to.have.length(1);
      expect(valuesOf(stored)).to.deep.equal(numbers);
    });
  });
}
