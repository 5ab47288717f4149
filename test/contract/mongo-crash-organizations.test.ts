import { expect } from 'chai';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import type { Store } from '../../src/ports/store.ts';
import { freshId, memberOf, organizationOf } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { dyingStores } from '../support/mongo/dying.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';

/** A process that dies in the middle of a change to an organization (docs/mongodb.md, "What a crash leaves"). */
describeWithMongo('MongoDB store: a crash between two writes to an organization', (server) => {
  let database: TestDatabase;
  let survivor: Store;
  const { dieEverywhere, bury } = dyingStores(() => database.url);
  before(async () => {
    database = await createTestDatabase(server());
    survivor = await openMongoStore({ url: database.url });
  });
  after(async function end() {
    this.timeout(30_000);
    await bury();
    await survivor.close();
    await database.drop();
  });

  it('removing one: it is there with all its members, or gone, and nobody is a member of it again', async function dying() {
    this.timeout(60_000);
    await dieEverywhere(() => {
      const organization = organizationOf();
      const accountIds = [freshId('account'), freshId('account')];
      const members = accountIds.map((accountId) =>
        memberOf({ organizationId: organization.id, accountId, roles: ['owner'] }),
      );
      return {
        async by(store) {
          await survivor.organizations.create(organization);
          for (const member of members) await survivor.organizations.putMember(member);
          await store.organizations.remove(organization.id);
        },
        async check(when) {
          const { organizations } = survivor;
          const expected = (await organizations.find(organization.id)) === null ? [] : members;
          expect(await organizations.members(organization.id, null, 10), when).to.deep.equal(expected);
          expect(await Promise.all(accountIds.map((id) => organizations.memberships(id, 10))), when).to.deep.equal(
            accountIds.map((id) => expected.filter(({ accountId }) => accountId === id)),
          );
          await organizations.remove(organization.id);
          await organizations.create(organization);
          for (const accountId of accountIds) {
            expect(await organizations.findMember(organization.id, accountId), when).to.equal(null);
          }
          expect(await organizations.members(organization.id, null, 10), when).to.deep.equal([]);
          // Whoever looked has cleared away what was left.
          const left = await database.collection('members').countDocuments({ organizationId: organization.id });
          expect(left, when).to.equal(0);
        },
      };
    });
  });

  it('adding a member to one that was there before: it is a member, or may become one', async function dying() {
    this.timeout(60_000);
    await dieEverywhere(() => {
      const organization = organizationOf();
      const member = memberOf({ organizationId: organization.id, roles: ['reader'] });
      return {
        async by(store) {
          await survivor.organizations.create(organization);
          await store.organizations.putMember(member);
        },
        async check(when) {
          const { organizations } = survivor;
          const found = await organizations.findMember(organization.id, member.accountId);
          expect(await organizations.memberships(member.accountId, 10), when).to.deep.equal(found ? [member] : []);
          expect(await organizations.putMember({ ...member, roles: ['owner'] }), when).to.equal(true);
          expect(await organizations.members(organization.id, null, 10), when).to.deep.equal([
            { ...member, roles: ['owner'] },
          ]);
        },
      };
    });
  });
});
