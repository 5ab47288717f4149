import { expect } from 'chai';
import type { Member, Organization } from '../../src/domain/organization.ts';
import { freshId, memberOf, organizationOf, START } from '../support/factories.ts';
import { count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `organizations` and their members. */
export function organizationsContract(store: CurrentStore): void {
  const created = async (overrides: Partial<Organization> = {}): Promise<Organization> => {
    const organization = organizationOf(overrides);
    expect(await store().organizations.create(organization)).to.equal(true);
    return organization;
  };
  /** A member of an organization that is there. */
  const joined = async ({ id }: Organization, overrides: Partial<Member> = {}): Promise<Member> => {
    const member = memberOf({ organizationId: id, ...overrides });
    expect(await store().organizations.putMember(member)).to.equal(true);
    return member;
  };
  const found = ({ organizationId, accountId }: Member) => store().organizations.findMember(organizationId, accountId);

  describe('organizations', () => {
    it('keeps every field, and answers null for what nobody created', async () => {
      const organization = await created({ name: 'Ångström & Söhne', updatedAt: START + 1, version: 3 });
      expect(await store().organizations.find(organization.id)).to.deep.equal(organization);
      expect(await store().organizations.find(freshId('unknown'))).to.equal(null);
    });

    it('creates exactly one of an id, however many come at once, and overwrites none', async () => {
      const id = freshId('organization');
      const rivals = Array.from({ length: 50 }, (_, index) => organizationOf({ id, name: `number ${index}` }));
      const answers = await parallel((index) => store().organizations.create(rivals[index] ?? organizationOf()));
      expect(count(answers, (taken) => taken)).to.equal(1);
      expect(await store().organizations.find(id)).to.deep.equal(rivals[answers.indexOf(true)]);
    });

    it('replaces what was read, raises the version and keeps the members', async () => {
      const organization = await created();
      const member = await joined(organization);
      const changed = { ...organization, name: 'Renamed', updatedAt: START + 1 };
      expect(await store().organizations.update(changed)).to.deep.equal({ ...changed, version: 2 });
      expect(await store().organizations.find(organization.id)).to.deep.equal({ ...changed, version: 2 });
      expect(await store().organizations.update(changed)).to.equal(null);
      expect(await store().organizations.update(organizationOf())).to.equal(null);
      expect(await found(member)).to.deep.equal(member);
    });

    it('lets exactly one change per version through, however many come at once', async () => {
      const organization = await created();
      const answers = await parallel((index) =>
        store().organizations.update({ ...organization, name: `changed by ${index}` }),
      );
      const [winner, ...others] = answers.filter((answer) => answer !== null);
      expect(others).to.deep.equal([]);
      expect(await store().organizations.find(organization.id)).to.deep.equal(winner);
    });

    it('lists by id, a page at a time', async () => {
      for (const id of ['c', 'a', 'd', 'b', 'é', 'e']) await created({ id });
      const idsAfter = async (after: string | null) => (await store().organizations.list(after, 4)).map(({ id }) => id);
      expect(await idsAfter(null)).to.deep.equal(['a', 'b', 'c', 'd']);
      expect(await idsAfter('d')).to.deep.equal(['e', 'é']);
      expect(await idsAfter('é')).to.deep.equal([]);
    });

    it('is removed once, and takes its members along, those of others not', async () => {
      const [gone, other] = [await created(), await created()];
      const [lost, kept] = [await joined(gone), await joined(other)];
      const both = await joined(other, { accountId: lost.accountId });
      const answers = await parallel(() => store().organizations.remove(gone.id));
      expect(count(answers, (removed) => removed)).to.equal(1);
      expect(await store().organizations.find(gone.id)).to.equal(null);
      expect(await found(lost)).to.equal(null);
      expect(await store().organizations.members(gone.id, null, 10)).to.deep.equal([]);
      expect(await store().organizations.memberships(lost.accountId, 10)).to.deep.equal([both]);
      expect(await found(kept)).to.deep.equal(kept);
      expect(await store().organizations.putMember(lost)).to.equal(false);
    });

    it('has no members of a former one of the same id', async () => {
      const organization = await created();
      const lost = await joined(organization, { roles: ['owner'] });
      await store().organizations.remove(organization.id);
      await created({ id: organization.id });
      expect(await found(lost)).to.equal(null);
      expect(await store().organizations.removeMember(lost.organizationId, lost.accountId)).to.equal(false);
      const again = await joined(organization, { accountId: lost.accountId, joinedAt: START + 9 });
      expect(await found(again)).to.deep.equal(again);
    });

    it('has no member afterwards, whoever was added while it was removed', async () => {
      const organization = await created();
      const members = Array.from({ length: 50 }, () => memberOf({ organizationId: organization.id }));
      await parallel((index) =>
        index === 25
          ? store().organizations.remove(organization.id)
          : store().organizations.putMember(members[index] ?? memberOf()),
      );
      expect(await store().organizations.members(organization.id, null, 100)).to.deep.equal([]);
      for (const member of members) {
        expect(await found(member)).to.equal(null);
        expect(await store().organizations.memberships(member.accountId, 10)).to.deep.equal([]);
      }
      await created({ id: organization.id });
      expect(await store().organizations.members(organization.id, null, 100)).to.deep.equal([]);
    });
  });

  describe('organizations: members', () => {
    it('keeps every field, and knows nobody else', async () => {
      const organization = await created();
      const member = await joined(organization, { roles: ['owner', '$set', 'a.b', ''], joinedAt: START + 5 });
      expect(await found(member)).to.deep.equal(member);
      expect(await found(memberOf({ organizationId: organization.id }))).to.equal(null);
      expect(await found(memberOf({ accountId: member.accountId }))).to.equal(null);
    });

    it('joins nobody to what is not there', async () => {
      const stray = memberOf();
      expect(await store().organizations.putMember(stray)).to.equal(false);
      expect(await found(stray)).to.equal(null);
      expect(await store().organizations.memberships(stray.accountId, 10)).to.deep.equal([]);
    });

    it('replaces roles, and remembers since when', async () => {
      const member = await joined(await created(), { roles: ['reader'] });
      const changed = { ...member, roles: ['writer', 'owner'], joinedAt: START + 9 };
      expect(await store().organizations.putMember(changed)).to.equal(true);
      expect(await found(member)).to.deep.equal({ ...changed, joinedAt: START });
      expect(await store().organizations.members(member.organizationId, null, 10)).to.have.length(1);
    });

    it('has one member, with one of the roles, however many put the same one at once', async () => {
      const { id } = await created();
      const accountId = freshId('account');
      const rivals = Array.from({ length: 50 }, (_, index) =>
        memberOf({ organizationId: id, accountId, roles: [`role-${index}`], joinedAt: START + index }),
      );
      const answers = await parallel((index) => store().organizations.putMember(rivals[index] ?? memberOf()));
      expect(count(answers, (put) => put)).to.equal(50);
      const [member, ...others] = await store().organizations.members(id, null, 10);
      expect(others).to.deep.equal([]);
      expect(rivals.map(({ roles }) => roles)).to.deep.include(member?.roles);
      expect(rivals.map(({ joinedAt }) => joinedAt)).to.include(member?.joinedAt);
      expect(await store().organizations.memberships(accountId, 10)).to.deep.equal([member]);
    });

    it('loses none of those that join at once', async () => {
      const organization = await created();
      const members = await parallel(() => joined(organization));
      const stored = await store().organizations.members(organization.id, null, 100);
      expect(stored).to.have.deep.members(members);
    });

    it('lists members by account, a page at a time', async () => {
      const organization = await created();
      for (const accountId of ['c', 'a', 'd', 'b', 'é', 'e']) await joined(organization, { accountId });
      await joined(await created(), { accountId: 'f' });
      const accountsAfter = async (cursor: string | null) =>
        (await store().organizations.members(organization.id, cursor, 4)).map(({ accountId }) => accountId);
      expect(await accountsAfter(null)).to.deep.equal(['a', 'b', 'c', 'd']);
      expect(await accountsAfter('d')).to.deep.equal(['e', 'é']);
      expect(await accountsAfter('é')).to.deep.equal([]);
    });

    it('lists what an account is a member of, by organization, as many as are asked for', async () => {
      const accountId = freshId('account');
      const members: Member[] = [];
      for (const id of ['c', 'a', 'b']) members.push(await joined(await created({ id }), { accountId, roles: [id] }));
      const inOrder = members.toSorted((one, other) => (one.organizationId < other.organizationId ? -1 : 1));
      expect(await store().organizations.memberships(accountId, 10)).to.deep.equal(inOrder);
      expect(await store().organizations.memberships(accountId, 2)).to.deep.equal(inOrder.slice(0, 2));
      await store().organizations.remove('a');
      expect(await store().organizations.memberships(accountId, 2)).to.deep.equal(inOrder.slice(1));
      expect(await store().organizations.memberships(freshId('unknown'), 10)).to.deep.equal([]);
    });

    it('removes once', async () => {
      const member = await joined(await created());
      const remove = () => store().organizations.removeMember(member.organizationId, member.accountId);
      expect(count(await parallel(remove), (removed) => removed)).to.equal(1);
      expect(await found(member)).to.equal(null);
      expect(await store().organizations.memberships(member.accountId, 10)).to.deep.equal([]);
      expect(await store().organizations.removeMember(freshId('unknown'), member.accountId)).to.equal(false);
    });

    it('keeps hostile ids verbatim and apart', async () => {
      const members: Member[] = [];
      for (const id of HOSTILE_IDS) {
        const organization = await created({ id, name: id });
        for (const accountId of ['x', id]) members.push(await joined(organization, { accountId, roles: [id] }));
      }
      for (const member of members) expect(await found(member)).to.deep.equal(member);
      expect(await store().organizations.memberships('x', 100)).to.have.length(HOSTILE_IDS.length);
      expect(await store().organizations.list(null, 100)).to.have.length(HOSTILE_IDS.length);
    });

    it('does not take two ids for one another that read alike when they are joined', async () => {
      const [one, other] = [await created({ id: 'ab' }), await created({ id: 'a' })];
      const [first, second] = [await joined(one, { accountId: 'c' }), await joined(other, { accountId: 'bc' })];
      expect([await found(first), await found(second)]).to.deep.equal([first, second]);
    });
  });
}
