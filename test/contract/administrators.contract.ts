import { expect } from 'chai';
import type { Administrator } from '../../src/domain/administration.ts';
import { administratorOf, START } from '../support/factories.ts';
import { count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

const ALONE = { othersOwn: false } as const;
const ACCOMPANIED = { othersOwn: true } as const;

/** `administrators`: those who were invited. */
export function administratorsContract(store: CurrentStore): void {
  const administrators = () => store().administrators;
  const created = async (overrides: Partial<Administrator> = {}): Promise<Administrator> => {
    const administrator = administratorOf(overrides);
    await administrators().create(administrator);
    return administrator;
  };
  const fiftyOwners = async (): Promise<Administrator[]> => {
    const all: Administrator[] = [];
    while (all.length < 50) all.push(await created({ role: 'owner' }));
    return all;
  };
  const owners = async () => (await administrators().list()).filter(({ role }) => role === 'owner');

  describe('administrators', () => {
    it('keep every field, and are listed by address', async () => {
      const all = [
        await created({ email: 'b@example.org', role: 'owner', acceptedAt: START + 5 }),
        await created({ email: 'ä@example.org', role: 'viewer' }),
        await created({ email: 'a@example.org', invitedBy: 'key:x (ä)' }),
      ];
      expect(await administrators().list()).to.deep.equal([all[2], all[0], all[1]]);
      for (const one of all) expect(await administrators().find(one.email)).to.deep.equal(one);
      expect(await administrators().find('nobody@example.org')).to.equal(null);
    });

    it('are created once for each address, however many come at once, and overwrite none', async () => {
      const rivals = Array.from({ length: 50 }, (_, index) =>
        administratorOf({ email: 'a@b.org', accountId: `${index}` }),
      );
      const answers = await parallel((index) => administrators().create(rivals[index] ?? administratorOf()));
      expect(count(answers, (first) => first)).to.equal(1);
      expect(await administrators().find('a@b.org')).to.deep.equal(rivals[answers.indexOf(true)]);
    });

    it('lose none of those who are invited at the same time', async () => {
      const answers = await parallel((index) => administrators().create(administratorOf({ email: `${index}@b.org` })));
      expect(count(answers, (first) => first)).to.equal(50);
      expect(await administrators().list()).to.have.length(50);
    });

    it('change their role once for each version that was read', async () => {
      const before = await created({ role: 'viewer' });
      const answers = await parallel(() => administrators().setRole({ ...before, role: 'editor' }, ALONE));
      expect(count(answers, (answer) => 'changed' in answer)).to.equal(1);
      const after = { ...before, role: 'editor', version: 2 };
      expect(answers.find((answer) => 'changed' in answer)).to.deep.equal({ changed: after });
      expect(await administrators().find(before.email)).to.deep.equal(after);
      const gone = await administrators().setRole(administratorOf(), ALONE);
      expect(gone).to.deep.equal({ refused: 'outdated' });
    });

    it('keep one owner, of however many who take the role from each other at the same time', async () => {
      const all = await fiftyOwners();
      const answers = await parallel((index) =>
        administrators().setRole({ ...(all[index] ?? administratorOf()), role: 'viewer' }, ALONE),
      );
      expect(count(answers, (answer) => 'changed' in answer)).to.equal(49);
      expect(answers.filter((answer) => 'refused' in answer)).to.deep.equal([{ refused: 'last_owner' }]);
      expect(await owners()).to.have.length(1);
    });

    it('keep one owner, of however many who remove each other at the same time', async () => {
      const all = await fiftyOwners();
      await created({ role: 'editor' });
      const answers = await parallel((index) => administrators().remove(all[index]?.email ?? '', ALONE));
      expect(count(answers, (answer) => answer === 'removed')).to.equal(49);
      expect(count(answers, (answer) => answer === 'last_owner')).to.equal(1);
      expect(await owners()).to.have.length(1);
    });

    it('may be without an owner where there are others', async () => {
      const [one, other] = [await created({ role: 'owner' }), await created({ role: 'owner' })];
      expect(await administrators().setRole({ ...one, role: 'viewer' }, ALONE)).to.have.property('changed');
      expect(await administrators().setRole({ ...other, role: 'viewer' }, ACCOMPANIED)).to.have.property('changed');
      expect(await administrators().remove(other.email, ALONE)).to.equal('removed');
      expect(await administrators().remove(other.email, ALONE)).to.equal('gone');
    });

    it('are owners still when they become that again', async () => {
      const owner = await created({ role: 'owner' });
      expect(await administrators().setRole(owner, ALONE)).to.have.property('changed');
    });

    it('remember the first time that they were here, by their own account', async () => {
      const { email, accountId, version } = await created();
      expect(await administrators().accept(email, 'another', START)).to.equal(false);
      expect(await administrators().accept('nobody@example.org', accountId, START)).to.equal(false);
      const answers = await parallel((index) => administrators().accept(email, accountId, START + index));
      expect(count(answers, (first) => first)).to.equal(1);
      const found = await administrators().find(email);
      expect(found).to.include({ acceptedAt: START + answers.indexOf(true), version });
    });

    it('keep hostile addresses verbatim and apart', async () => {
      for (const email of HOSTILE_IDS) expect(await administrators().create(administratorOf({ email }))).to.equal(true);
      for (const email of HOSTILE_IDS) expect((await administrators().find(email))?.email).to.equal(email);
    });
  });
}
