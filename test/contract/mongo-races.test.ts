import { expect } from 'chai';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  accountOf,
  artifactOf,
  challengeOf,
  freshId,
  messageOf,
  provenEmail,
  SECOND,
  START,
  spendFrom,
} from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { CALLERS, count, parallel } from './parallel.ts';

const NODES = 5;

describeWithMongo('MongoDB store: many nodes at once', (server) => {
  let database: TestDatabase;
  let nodes: readonly Store[];
  before(async () => {
    database = await createTestDatabase(server());
    nodes = await parallel(() => openMongoStore({ url: database.url }), NODES);
    await database.stopExpiry();
  });
  beforeEach(() => database.empty());
  after(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await database.drop();
  });
  const node = (index: number): Store => {
    const store = nodes[index % NODES];
    if (store === undefined) throw new Error('the nodes are there inside tests only');
    return store;
  };

  it('the challenge that was opened last is the one that counts, though its node’s clock is behind (R-83)', async () => {
    const same = { interactionId: freshId('interaction'), slot: freshId('slot') };
    const ahead = challengeOf({ ...same, createdAt: START + 15 * SECOND });
    const behind = challengeOf({ ...same, createdAt: START });
    await node(0).challenges.open(ahead, messageOf(ahead), 1, []);
    await node(1).challenges.open(behind, messageOf(behind), 1, []);
    expect((await node(0).challenges.find(ahead.id))?.state).to.equal('superseded');
    expect((await node(0).challenges.findByInteraction(same.interactionId))?.id).to.equal(behind.id);
    await node(1).challenges.prove(behind.id, START, [], []);
    const next = challengeOf({ ...same, createdAt: START - SECOND });
    await node(2).challenges.open(next, messageOf(next), 1, []);
    expect((await node(0).challenges.findByInteraction(same.interactionId))?.id).to.equal(next.id);
  });

  it('accounts that want each other’s identifiers end with one owner each, and nothing half done (R-30)', async () => {
    const ring = Array.from({ length: CALLERS / 2 }, (_, index) => provenEmail(`${index}@ring.example`));
    const pair = (index: number) =>
      [ring[index % ring.length], ring[(index + 1) % ring.length]].flatMap((one) => one ?? []);
    const answers = await parallel((index) =>
      node(index).accounts.createOrFind(accountOf({ identifiers: pair(index * 7) })),
    );
    const accounts = await node(0).accounts.list(null, 100);
    expect(count(answers, ({ created }) => created)).to.equal(accounts.length);
    for (const { account } of answers) expect(accounts).to.deep.include(account);
    const owned = accounts.flatMap(({ identifiers }) => identifiers.map(({ value }) => value));
    expect(new Set(owned).size).to.equal(owned.length);
    expect(await database.collection('identifiers').countDocuments()).to.equal(owned.length);
    expect(await database.collection('accounts').countDocuments()).to.equal(accounts.length);
  });

  it('an old account that is copied while another node purges is not taken for one that was left behind', async () => {
    const copied = Array.from({ length: CALLERS }, () => accountOf({ createdAt: 0 }));
    let copying = true;
    const purging = async (): Promise<void> => {
      while (copying) await node(1).purge(Date.now(), 100);
    };
    const copies = parallel((index) => node(0).accounts.createOrFind(copied[index] ?? accountOf()));
    const [answers] = await Promise.all([
      copies.finally(() => {
        copying = false;
      }),
      purging(),
    ]);
    expect(answers.map(({ account }) => account)).to.deep.equal(copied);
    expect(await node(2).accounts.list(null, 100)).to.have.deep.members(copied);
  });

  it('budgets that refuse give back what the others of the list had taken', async () => {
    const [wide, narrow] = [spendFrom(CALLERS), spendFrom(10)];
    const answers = await parallel((index) => node(index).budgets.spend([wide, narrow], START));
    expect(count(answers, (answer) => answer === null)).to.equal(10);
    const windows = await database.collection('budgets').find({}).toArray();
    expect(windows.map(({ spent }) => spent)).to.deep.equal([10, 10]);
  });

  it('one rotation, one proof, one lease, whichever node is asked', async () => {
    const challenge = challengeOf();
    await node(0).challenges.open(challenge, messageOf(challenge), 1, []);
    const grant = artifactOf({ model: 'Grant' });
    const token = artifactOf({ model: 'RefreshToken', grantId: grant.id });
    for (const artifact of [grant, token]) await node(1).artifacts.save(artifact);
    const rotations = await parallel((index) => {
      const successor = artifactOf({ model: 'RefreshToken', grantId: grant.id });
      return node(index).artifacts.rotate(token.id, successor, 'sealed', START, { requireGrant: 'Grant' });
    });
    const proofs = await parallel((index) => node(index).challenges.prove(challenge.id, START, [], []));
    const leases = await parallel((index) => node(index).outbox.lease(`worker-${index}`, START, START + SECOND, 5));
    expect(count(rotations, ({ rotated }) => rotated)).to.equal(1);
    expect(count(proofs, (won) => won)).to.equal(1);
    expect(leases.flat()).to.have.length(1);
    expect(await database.collection('artifacts').countDocuments({ model: 'RefreshToken' })).to.equal(2);
  });
});
