import { expect } from 'chai';
import type { mongo } from 'mongoose';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import type { Message } from '../../src/domain/message.ts';
import { KEY_STATES } from '../../src/domain/signing-key.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  accountOf,
  administratorOf,
  adminKeyOf,
  artifactOf,
  challengeOf,
  clientOf,
  DAY,
  eventOf,
  keyOf,
  MINUTE,
  memberOf,
  messageOf,
  organizationOf,
  provenEmail,
  resourceOf,
  START,
  spendFrom,
} from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { type Query, queriesOf, servingIndex, shapeOf } from '../support/mongo/queries.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';

/** What a server answers that has never heard of `explain`. */
const UNKNOWN_COMMAND = 59;

/** Calls every method of the store, on the paths that send different commands. */
async function useEverything(store: Store): Promise<void> {
  await useChallenges(store);
  await useRecords(store);
  await useAdministrators(store);
  await useArtifacts(store);
  await store.ping();
  await store.backup().catch(() => undefined);
  await store.purge(START + 9 * DAY, 10);
}

async function useAdministrators({ administrators }: Store): Promise<void> {
  const owner = administratorOf({ role: 'owner' });
  await administrators.create(owner);
  await administrators.create(owner);
  await administrators.list();
  await administrators.find(owner.email);
  await administrators.accept(owner.email, owner.accountId, START);
  await administrators.setRole({ ...owner, role: 'viewer' }, { othersOwn: false });
  await administrators.setRole({ ...owner, role: 'viewer' }, { othersOwn: true });
  await administrators.remove(owner.email, { othersOwn: false });
}

async function useChallenges({ challenges, budgets, outbox }: Store): Promise<void> {
  const spends = [spendFrom(2), spendFrom(2)];
  const keys = spends.map(({ key }) => key);
  const same = { slot: 'slot', interactionId: 'interaction', nextSendAt: START };
  const [first, second] = [challengeOf(same), challengeOf(same)];
  for (const challenge of [first, second]) await challenges.open(challenge, messageOf(challenge), 1, spends);
  await challenges.find(first.id);
  await challenges.findByInteraction('interaction');
  await challenges.findOpenInSlot('slot', START);
  await challenges.claimAttempt(second.id, START, [spendFrom(1)]);
  await challenges.claimAttempt(second.id, START, spends);
  await challenges.resend(second.id, START, START + 1, messageOf(second), [spendFrom(1)]);
  await outbox.add([messageOf(second, { challengeId: null }), messageOf(second, { challengeId: null })]);
  await outbox.lease('worker', START + MINUTE, START + 2 * MINUTE, 5);
  const [leased] = await outbox.lease('worker', START + 2 * MINUTE, START + 3 * MINUTE, 1);
  await outbox.settle(leased?.message.id ?? '', 'worker', { state: 'failed', outcome: '550' });
  await outbox.backlog();
  const notice = { kind: 'account_deleted', identifier: 'a•••@example.org' } as const;
  const notices = [first, second].map((one) => messageOf(one, { challengeId: null, template: 'notice', notice }));
  await outbox.add(notices);
  await useOutboxDesk(outbox, leased?.message.id ?? '', messageOf(second, { challengeId: null }));
  await challenges.prove(second.id, START, keys, keys);
  await challenges.supersede(second.id);
  await budgets.spend(spends, START);
  await budgets.reset(keys);
  await budgets.read(keys, START);
}

async function useOutboxDesk(outbox: Store['outbox'], failed: string, fresh: Message): Promise<void> {
  const to = { channel: 'email', value: 'ada@example.org' } as const;
  const narrowing = [
    {},
    { state: 'failed' },
    { state: 'queued' },
    { channel: 'sms' },
    { clientId: 'client' },
    { to },
  ] as const;
  const before = { at: START, id: 'message' };
  for (const filter of narrowing) await outbox.list(filter, 5);
  for (const filter of narrowing) await outbox.list({ ...filter, before }, 5);
  await outbox.find(failed);
  await outbox.retry(failed, START + 2 * MINUTE);
  await outbox.add([fresh, { ...fresh, id: 'carried' }]);
  await outbox.drop(fresh.id, START, 'given up');
  await outbox.drop(failed, START + 2 * MINUTE, 'given up');
}

async function useRecords({
  accounts,
  clients,
  resources,
  organizations,
  keys,
  adminKeys,
  events,
}: Store): Promise<void> {
  const account = accountOf({ identifiers: [provenEmail('first'), provenEmail('second')] });
  await accounts.createOrFind(account);
  await accounts.createOrFind(accountOf({ identifiers: account.identifiers }));
  await accounts.findById(account.id);
  await accounts.list('a', 5);
  await accounts.listByMask('•••', null, 5);
  await accounts.listByMask('f•••@f•••', 'a', 5);
  await accounts.findByIdentifier({ channel: 'email', value: 'first' });
  await accounts.update(account);
  for (let turn = 0; turn < 2; turn += 1) {
    await accounts.recordConsent(account.id, { clientId: 'client', scopes: ['openid'], claims: [], grantedAt: START });
  }
  const prepared = accountOf({ identifiers: [{ ...provenEmail('prepared'), verifiedAt: null }] });
  await accounts.createOrFind(prepared);
  await accounts.proveFirst(prepared.id, { channel: 'email', value: 'prepared' }, START);
  await accounts.attach(account.id, provenEmail('third'));
  await accounts.makePrimary(account.id, { channel: 'email', value: 'third' });
  await accounts.detach(account.id, { channel: 'email', value: 'third' });
  await accounts.remove(account.id);
  await changeIdentifiers(accounts, account.id);
  const client = clientOf();
  await clients.create(client);
  await clients.find(client.id);
  await clients.list(null, 5);
  await clients.list('a', 5);
  await clients.search('a', null, 5);
  await clients.search('a', 'a', 5);
  await clients.update(client);
  await clients.remove(client.id);
  const resource = resourceOf();
  await resources.create(resource);
  await resources.find(resource.id);
  await resources.list(null, 5);
  await resources.list('a', 5);
  await resources.update(resource);
  await resources.remove(resource.id);
  await useOrganizations(organizations);
  const adminKey = adminKeyOf();
  await adminKeys.create(adminKey);
  await adminKeys.find(adminKey.id);
  await adminKeys.list(null, 5);
  await adminKeys.list('a', 5);
  await adminKeys.remove(adminKey.id);
  await keys.create(keyOf());
  await keys.list();
  await keys.reseal('key', 'sealed');
  await keys.withdraw('key', START);
  for (const state of KEY_STATES) await keys.note('key', state, 'removed');
  await keys.remove('key');
  await events.append([eventOf()]);
  const narrowing = [
    {},
    { type: 'type' },
    ...[{ accountId: 'account' }, { clientId: 'client' }, { actor: 'actor' }].flatMap((one) => [
      one,
      { ...one, type: 'type' },
    ]),
    { accountId: 'account', clientId: 'client' },
    { actor: 'actor', accountId: 'account' },
    { actor: 'actor', clientId: 'client' },
  ];
  const before = { at: START, id: 'event' };
  for (const filter of narrowing) await events.list(filter, 5);
  for (const filter of narrowing) await events.list({ ...filter, before }, 5);
  for (const filter of narrowing) await events.list({ ...filter, before, from: START }, 5);
  for (const filter of narrowing) await events.list({ ...filter, from: START }, 5);
  for (const filter of narrowing) await events.following(filter, before, 5);
  await events.list({ type: 'type', accountId: 'account', clientId: 'client', before }, 5);
  await events.purge(START + 1, 5);
  const tally = { day: 1, metric: 'sign_ins', dimension: 'all', value: '', count: 1 } as const;
  await events.append([], [tally]);
  await events.tallies('all', 1, 2);
  await events.sums('all', 1, 2, 5);
  await events.append([], [{ ...tally, value: 'other' }]);
  await events.trimTallies('all', 1, 1);
  await events.purgeTallies(2, 5);
}

/** With members that a crash has left behind, and that are cleared away. */
async function useOrganizations(organizations: Store['organizations']): Promise<void> {
  const [organization, other] = [organizationOf(), organizationOf()];
  const member = memberOf({ organizationId: organization.id });
  for (const one of [organization, other]) await organizations.create(one);
  await organizations.find(organization.id);
  await organizations.list(null, 5);
  await organizations.list('a', 5);
  await organizations.update(organization);
  await organizations.putMember(member);
  await organizations.putMember(member);
  await Promise.all([organizations.putMember({ ...member, organizationId: other.id }), organizations.remove(other.id)]);
  await organizations.findMember(organization.id, member.accountId);
  await organizations.members(organization.id, null, 5);
  await organizations.members(organization.id, 'a', 5);
  await organizations.memberships(member.accountId, 1);
  await organizations.removeMember(organization.id, member.accountId);
  await organizations.remove(organization.id);
}

/** Each change, and what two who want the same do. */
async function changeIdentifiers(accounts: Store['accounts'], id: string): Promise<void> {
  const other = accountOf();
  const third = provenEmail('third');
  await accounts.createOrFind(other);
  await Promise.all([id, other.id, id].map((each) => accounts.attach(each, third)));
  await accounts.makePrimary(id, provenEmail('second'));
  await accounts.release(id);
  await accounts.detach(id, provenEmail('first'));
  await accounts.attach(other.id, provenEmail('first'));
  await accounts.remove(id);
}

async function useArtifacts({ artifacts }: Store): Promise<void> {
  const grant = artifactOf({ model: 'Grant' });
  const [token, successor] = [artifactOf({ grantId: grant.id }), artifactOf({ grantId: grant.id })];
  await artifacts.save(grant);
  await artifacts.save(artifactOf(), { unlessUsed: true });
  await artifacts.saveWithGrant(token, grant);
  await artifacts.save(token, { requireGrant: 'Grant' });
  await artifacts.save(token, { requireGrant: 'Grant' });
  await artifacts.rotate(token.id, successor, 'sealed', START, { requireGrant: 'Grant' });
  await artifacts.find(token.model, token.id, START);
  await artifacts.findByUid(token.model, 'uid', START);
  await artifacts.listByAccount(token.model, 'account', START, 5);
  await artifacts.consume(token.model, token.id, START);
  await artifacts.removeByGrant(token.model, grant.id);
  await artifacts.remove('Grant', grant.id);
}

/** The store with a note of every method that is called. */
function noting<Target extends object>(target: Target, called: Set<string>, path = ''): Target {
  return new Proxy(target, {
    get(of, name) {
      const member: unknown = Reflect.get(of, name);
      if (typeof member === 'object' && member !== null) return noting(member, called, `${path}${String(name)}.`);
      called.add(path + String(name));
      return member;
    },
  });
}

const methodsOf = (target: object, path = ''): string[] =>
  Object.entries(target).flatMap(([name, member]: [string, unknown]) =>
    typeof member === 'object' && member !== null ? methodsOf(member, `${path}${name}.`) : [path + name],
  );

describeWithMongo('MongoDB store: queries', (server) => {
  const queries = new Map<string, Query>();
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase(server());
    const onCommand = (event: mongo.CommandStartedEvent): void => {
      for (const query of queriesOf(event)) queries.set(shapeOf(query), query);
    };
    const opened = await openMongoStore({ url: database.url, onCommand });
    const called = new Set<string>();
    const store = noting(opened, called);
    await useEverything(store);
    await store.close();
    expect([...called].sort()).to.deep.equal(methodsOf(opened).sort());
  });
  after(() => database.drop());

  it('are many, and none is made of anything but comparisons', () => {
    expect(queries.size).to.be.above(50);
    const operators = [...queries.keys()].flatMap((shape) => shape.match(/\$\w+/g) ?? []);
    expect(new Set(operators)).to.have.all.keys(
      ...['$gt', '$gte', '$lt', '$lte', '$in', '$ne', '$or', '$expr', '$elemMatch'],
    );
  });

  it('all have an index that begins with what they ask for and ends with their order', async () => {
    const unserved: string[] = [];
    for (const [shape, query] of queries) {
      const indexes = await database.collection(query.collection).indexes({ full: true });
      if (servingIndex(query, indexes) === null) unserved.push(shape);
    }
    expect(unserved).to.deep.equal([]);
  });

  it('would be told if one had none', () => {
    const indexes = [
      { v: 2, name: 'slot', key: { slot: 1, at: -1 }, partialFilterExpression: { state: 'open' } },
      { v: 2, name: 'end', key: { endsAt: 1 } },
    ];
    const served = (filter: mongo.Document, sort: mongo.Document = {}) =>
      servingIndex({ command: 'find', collection: 'any', filter, sort }, indexes);
    expect(served({ slot: 'x', state: 'open' }, { at: 1 })).to.equal('slot');
    expect(served({ endsAt: { $lte: 5 } }, { endsAt: 1 })).to.equal('end');
    expect(served({ $or: [{ slot: 'x', state: 'open' }, { endsAt: { $lte: 5 } }] })).to.equal('slot and end');
    expect(served({ $or: [{ slot: 'x', state: 'open' }, { at: 5 }] })).to.equal(null);
    expect(served({ slot: 'x' })).to.equal(null);
    expect(served({ state: 'open' })).to.equal(null);
    expect(served({ endsAt: { $ne: 5 } })).to.equal(null);
    expect(served({ slot: 'x', state: 'open' }, { at: 1, id: 1 })).to.equal(null);
    expect(served({ slot: { $gt: 'x' }, state: 'open' }, { at: 1 })).to.equal(null);
  });

  it('scan no collection and sort nothing in memory, where the server explains itself', async function explained() {
    const plans: string[] = [];
    for (const [shape, { collection, filter, sort }] of queries) {
      const explanation = database.collection(collection).find(filter).sort(sort).explain('queryPlanner');
      const answer = await explanation.catch((error: unknown) => error);
      if (answer instanceof Error && 'code' in answer && answer.code === UNKNOWN_COMMAND) return this.skip();
      const { queryPlanner } = answer as mongo.Document;
      plans.push(`${JSON.stringify(queryPlanner.winningPlan)} ${shape}`);
    }
    expect(plans.filter((plan) => /"stage":"(?:COLLSCAN|SORT)"/.test(plan))).to.deep.equal([]);
  });

  it('do not go to other shards than their own to change one record', () => {
    const changing = [...queries].filter(([, { command }]) => ['update', 'findAndModify'].includes(command));
    expect(changing.filter(([, { filter }]) => typeof filter._id !== 'string').map(([shape]) => shape)).to.deep.equal(
      [],
    );
  });
});
