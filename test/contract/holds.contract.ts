import { expect } from 'chai';
import type { Account, Hold } from '../../src/domain/account.ts';
import type { ChangeTerms } from '../../src/domain/hold.ts';
import { accountOf, freshId, provenEmail, provenNumber, START } from '../support/factories.ts';
import { parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

const HOUR = 3600_000;

/** What is held of an account after a change is decided by the write that changes it. */
export function holdsContract(store: CurrentStore): void {
  const weakly = (at: number): ChangeTerms => ({ confirmed: false, at, holdMs: HOUR });
  const confirmed: ChangeTerms = { ...weakly(START), confirmed: true };
  const held: Hold = { since: START, until: START + HOUR };

  const one = () => provenEmail(`${freshId('one')}@example.org`);
  const number = () => provenNumber(`+${freshId('number')}`);
  const created = async (changes: Partial<Account> = {}): Promise<Account> =>
    (await store().accounts.createOrFind(accountOf({ identifiers: [one(), number()], ...changes }))).account;
  const heldOf = async ({ id }: Account): Promise<Hold | null | undefined> =>
    (await store().accounts.findById(id))?.held;

  describe('accounts: what is held of them', () => {
    it('is kept, found again, and left alone by other changes', async () => {
      const account = await created({ held });
      expect(account.held).to.deep.equal(held);
      const { accounts } = store();
      const [identifier] = account.identifiers;
      if (identifier === undefined) throw new Error('an account has an identifier');
      expect((await accounts.findByIdentifier(identifier))?.held).to.deep.equal(held);
      expect((await accounts.update({ ...account, held: null, attributes: { name: 'Ada' } }))?.held).to.deep.equal(
        held,
      );
      await accounts.recordConsent(account.id, { clientId: 'client', scopes: [], claims: [], grantedAt: START });
      const added = number();
      expect(await accounts.attach(account.id, added))
        .to.have.nested.property('attached.held')
        .that.deep.equals(held);
      expect((await accounts.makePrimary(account.id, added))?.held).to.deep.equal(held);
      expect(await accounts.detach(account.id, added))
        .to.have.nested.property('detached.held')
        .that.deep.equals(held);
      expect(await heldOf(account)).to.deep.equal(held);
      expect((await accounts.list(null, 1000)).find(({ id }) => id === account.id)?.held).to.deep.equal(held);
    });

    it('begins with the change that was made with one factor', async () => {
      const accounts = await Promise.all([created(), created(), created()]);
      const [added, removed, chosen] = accounts;
      if (added === undefined || removed === undefined || chosen === undefined) throw new Error('three accounts');
      const attached = await store().accounts.attach(added.id, number(), weakly(START));
      expect(attached).to.have.nested.property('attached.held').that.deep.equals(held);
      const [identifier] = removed.identifiers;
      if (identifier === undefined) throw new Error('an account has an identifier');
      const detached = await store().accounts.detach(removed.id, identifier, weakly(START));
      expect(detached).to.have.nested.property('detached.held').that.deep.equals(held);
      const [primary] = chosen.identifiers;
      if (primary === undefined) throw new Error('an account has an identifier');
      const changed = await store().accounts.makePrimary(chosen.id, primary, weakly(START));
      expect(changed?.held).to.deep.equal(held);
      for (const account of accounts) expect(await heldOf(account)).to.deep.equal(held);
    });

    it('goes on with the next one, and ends with one that was confirmed', async () => {
      const account = await created();
      await store().accounts.attach(account.id, number(), weakly(START));
      await store().accounts.attach(account.id, number(), weakly(START + 5));
      expect(await heldOf(account)).to.deep.equal({ since: START, until: START + HOUR + 5 });
      await store().accounts.attach(account.id, number(), confirmed);
      expect(await heldOf(account)).to.equal(null);
    });

    it('begins once for all that come at once, and no change is without it', async () => {
      const account = await created();
      const numbers = Array.from({ length: 8 }, number);
      const answers = await parallel(
        (index) => store().accounts.attach(account.id, numbers[index] ?? number(), weakly(START + index)),
        numbers.length,
      );
      for (const answer of answers)
        expect(answer).to.have.nested.property('attached.held.since').that.is.at.least(START);
      expect(await heldOf(account)).to.deep.equal({ since: START, until: START + HOUR + 7 });
    });

    it('is decided by what the account is when it is written: whoever removes the last number first', async () => {
      const account = await created();
      const [, sms] = account.identifiers;
      if (sms === undefined) throw new Error('two identifiers');
      const [, attached] = await Promise.all([
        store().accounts.detach(account.id, sms, weakly(START)),
        store().accounts.attach(account.id, number(), weakly(START)),
      ]);
      expect(attached).to.have.nested.property('attached.held').that.deep.equals(held);
      expect(await heldOf(account)).to.deep.equal(held);
    });

    it('can be ended, once', async () => {
      const account = await created({ held });
      expect(await store().accounts.release(account.id)).to.deep.equal({ ...account, held: null, version: 2 });
      expect(await heldOf(account)).to.equal(null);
      expect(await store().accounts.release(account.id)).to.equal(null);
      expect(await store().accounts.release(freshId('unknown'))).to.equal(null);
    });
  });
}
