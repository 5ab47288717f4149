import { expect } from 'chai';
import type { Account } from '../../src/domain/account.ts';
import { hasIdentifier } from '../../src/domain/account-identifiers.ts';
import { isProblem } from '../../src/domain/errors.ts';
import type { Identifier } from '../../src/domain/identifier.ts';
import { accountOf, freshId, provenEmail, START } from '../support/factories.ts';
import { CALLERS, count, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

const WANTED = provenEmail('wanted@example.org');

/** What is left of an account that was deleted, and of those that want its identifiers. */
export function accountRemovalContract(store: CurrentStore): void {
  const created = async (overrides: Partial<Account> = {}): Promise<Account> =>
    (await store().accounts.createOrFind(accountOf(overrides))).account;
  const ownerOf = async (identifier: Identifier) => (await store().accounts.findByIdentifier(identifier))?.id ?? null;
  /** As somebody signs in: with a new id each time, and once more when the store says that it was disturbed. */
  const signIn = async (): Promise<Account> => {
    try {
      return await created({ identifiers: [WANTED] });
    } catch (error) {
      if (isProblem(error, 'store_unavailable')) return signIn();
      throw error;
    }
  };

  describe('accounts: removing', () => {
    it('leaves nothing to find, and frees all identifiers', async () => {
      const identifiers = [WANTED, { ...provenEmail('+1'), channel: 'sms' as const }];
      const [gone, other] = [await created({ identifiers }), await created()];
      expect(await store().accounts.remove(gone.id)).to.equal(true);
      expect(await store().accounts.findById(gone.id)).to.equal(null);
      expect(await store().accounts.list(null, 10)).to.deep.equal([other]);
      for (const identifier of identifiers) expect(await ownerOf(identifier)).to.equal(null);
      const next = accountOf({ identifiers });
      expect(await store().accounts.createOrFind(next)).to.deep.equal({ account: next, created: true });
      expect(await store().accounts.findById(gone.id)).to.equal(null);
    });

    it('is done once, however many ask for it at once, and not at all for nobody', async () => {
      const { id } = await created();
      const answers = await parallel(() => store().accounts.remove(id));
      expect(count(answers, (removed) => removed)).to.equal(1);
      expect(await store().accounts.remove(id)).to.equal(false);
      expect(await store().accounts.remove(freshId('unknown'))).to.equal(false);
    });

    it('is final: nothing that is written at the same time, or later, brings the account back', async () => {
      const account = await created({ identifiers: [WANTED] });
      const { id } = account;
      const consent = { clientId: 'client', scopes: ['openid'], claims: [], grantedAt: START };
      const changes = [
        () => store().accounts.recordConsent(id, consent),
        () => store().accounts.update({ ...account, attributes: { name: 'Ada' } }),
        () => store().accounts.attach(id, provenEmail('second@example.org')),
        () => store().accounts.makePrimary(id, WANTED),
        () => store().accounts.detach(id, provenEmail('second@example.org')),
      ];
      const write = (index: number): Promise<unknown> => changes[index % changes.length]?.() ?? Promise.resolve();
      await parallel((index) => (index === CALLERS / 2 ? store().accounts.remove(id) : write(index)));
      for (const change of changes) await change();
      expect(await store().accounts.findById(id)).to.equal(null);
      expect(await store().accounts.list(null, 10)).to.deep.equal([]);
      for (const identifier of [WANTED, provenEmail('second@example.org')]) {
        const owner = await created({ identifiers: [identifier] });
        expect(owner.id).to.not.equal(id);
        expect(await ownerOf(identifier)).to.equal(owner.id);
      }
    });

    it('gives those who sign in meanwhile the old account or one new one, never another', async () => {
      const old = await created({ identifiers: [WANTED] });
      const answers = await parallel(async (index) => {
        if (index === CALLERS / 2) await store().accounts.remove(old.id);
        return signIn();
      });
      const ids = new Set(answers.map(({ id }) => id));
      ids.delete(old.id);
      expect(ids.size).to.equal(1);
      expect(await ownerOf(WANTED)).to.equal([...ids][0]);
      expect(await store().accounts.list(null, 10)).to.have.length(1);
    });
  });

  describe('accounts: one identifier that everybody wants', () => {
    it('has one owner at most, who says so himself, whatever happens at once', async () => {
      const accounts = await parallel(() => created(), 10);
      const idOf = (index: number): string => accounts[index % accounts.length]?.id ?? '';
      const wants = [
        (index: number) => store().accounts.attach(idOf(index), WANTED),
        (index: number) => store().accounts.detach(idOf(index), WANTED),
        () => signIn(),
        async () => store().accounts.remove((await ownerOf(WANTED)) ?? ''),
        async () => store().accounts.detach((await ownerOf(WANTED)) ?? '', WANTED),
      ];
      for (let round = 0; round < 4; round += 1) {
        await parallel(async (index) => wants[(index + round) % wants.length]?.(index >> 2));
        const owners = (await store().accounts.list(null, 100)).filter((account) => hasIdentifier(account, WANTED));
        expect(owners.length).to.be.at.most(1);
        expect(await ownerOf(WANTED)).to.equal(owners[0]?.id ?? null);
      }
      const account = await signIn();
      expect(await ownerOf(WANTED)).to.equal(account.id);
      await store().accounts.remove(account.id);
      const heir = await created();
      expect(await store().accounts.attach(heir.id, WANTED)).to.have.property('attached');
    });
  });
}
