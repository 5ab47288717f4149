import { expect } from 'chai';
import type { Account, AccountIdentifier } from '../../src/domain/account.ts';
import { accountOf, freshId, provenEmail, START } from '../support/factories.ts';
import { count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** Accounts that an application has made for people who have not been here. */
export function firstProofContract(store: CurrentStore): void {
  const address = (): AccountIdentifier => ({ ...provenEmail(`${freshId('new')}@example.org`), verifiedAt: null });
  const created = async (identifier: AccountIdentifier): Promise<Account> =>
    (await store().accounts.createOrFind(accountOf({ identifiers: [identifier] }))).account;
  const prove = (id: string, { channel, value }: AccountIdentifier, at = START) =>
    store().accounts.proveFirst(id, { channel, value }, at);

  describe('accounts: the first proof of an identifier', () => {
    it('is kept; until then the identifier is known to be unproven', async () => {
      const identifier = address();
      const account = await created(identifier);
      expect(account.identifiers).to.deep.equal([identifier]);
      expect(await store().accounts.findByIdentifier(identifier)).to.deep.equal(account);
      const proven = {
        ...account,
        identifiers: [{ ...identifier, verifiedAt: START + 5 }],
        version: account.version + 1,
      };
      expect(await prove(account.id, identifier, START + 5)).to.deep.equal(proven);
      expect(await store().accounts.findById(account.id)).to.deep.equal(proven);
    });

    it('happens once, however many prove it at the same time', async () => {
      const identifier = address();
      const { id, version } = await created(identifier);
      const answers = await parallel((index) => prove(id, identifier, START + index));
      expect(count(answers, (answer) => answer !== null)).to.equal(1);
      const [winner] = answers.filter((answer) => answer !== null);
      expect(await store().accounts.findById(id)).to.deep.equal(winner);
      expect(winner?.version).to.equal(version + 1);
    });

    it('never moves what was proven before, and proves nothing for anybody else', async () => {
      const [proven, other] = [await created(provenEmail(`${freshId('old')}@example.org`)), await created(address())];
      const [old] = proven.identifiers;
      const [unproven] = other.identifiers;
      if (old === undefined || unproven === undefined) throw new Error('an account has an identifier');
      expect(await prove(proven.id, old, START + 9)).to.equal(null);
      expect(await prove(proven.id, unproven)).to.equal(null);
      expect(await prove(freshId('unknown'), unproven)).to.equal(null);
      for (const id of HOSTILE_IDS) expect(await prove(id, unproven)).to.equal(null);
      expect(await store().accounts.findById(proven.id)).to.deep.equal(proven);
      expect(await store().accounts.findById(other.id)).to.deep.equal(other);
    });

    it('is not undone by an update that was read before', async () => {
      const identifier = address();
      const account = await created(identifier);
      await prove(account.id, identifier);
      expect(await store().accounts.update(account)).to.equal(null);
    });
  });
}
