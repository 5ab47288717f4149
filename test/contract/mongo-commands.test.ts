import { expect } from 'chai';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  accountOf,
  artifactOf,
  challengeOf,
  freshId,
  MINUTE,
  messageOf,
  START,
  spendFrom,
} from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';

/** What the steps of a sign-in send, so that none of them begins to cost more unseen (docs/mongodb.md, "What it costs"). */
describeWithMongo('MongoDB store: commands', (server) => {
  let database: TestDatabase;
  let store: Store;
  let sent: string[] = [];
  before(async () => {
    database = await createTestDatabase(server());
    store = await openMongoStore({
      url: database.url,
      onCommand: ({ commandName, command }) => sent.push(`${commandName} ${String(command[commandName])}`),
    });
    await database.stopExpiry();
  });
  after(async () => {
    await store.close();
    await database.drop();
  });

  async function commandsOf(work: () => Promise<unknown>): Promise<string[]> {
    sent = [];
    await work();
    return sent;
  }

  it('spend all budgets of a deed in one, be their windows new, live or over', async () => {
    const spends = [spendFrom(9), spendFrom(9, { windowMs: 9 * MINUTE }), spendFrom(9)];
    for (const now of [START, START + MINUTE, START + 9 * MINUTE, START + 10 * MINUTE]) {
      expect(await commandsOf(() => store.budgets.spend(spends, now))).to.deep.equal(['update budgets']);
    }
  });

  it('look why a budget refuses and give back the others; who keeps knocking costs one look', async () => {
    const [other, spent] = [spendFrom(9), spendFrom(1)];
    const spend = () => store.budgets.spend([other, spent], START);
    await spend();
    expect(await commandsOf(spend)).to.deep.equal(['update budgets', 'find budgets', 'update budgets']);
    expect(await commandsOf(spend)).to.deep.equal(['find budgets']);
    await store.budgets.reset([spent.key]);
    expect(await spend()).to.equal(null);
  });

  it('open, claim and prove within budgets', async () => {
    const spends = [spendFrom(9), spendFrom(9)];
    const keys = spends.map(({ key }) => key);
    const challenge = challengeOf({ interactionId: freshId('interaction') });
    expect(await commandsOf(() => store.challenges.open(challenge, messageOf(challenge), 3, spends))).to.have.members([
      'update budgets',
      'find challenges',
      'insert challenges',
      'insert outbox',
      'find challenges',
    ]);
    expect(await commandsOf(() => store.challenges.claimAttempt(challenge.id, START, spends))).to.deep.equal([
      'findAndModify challenges',
      'update budgets',
    ]);
    expect(await commandsOf(() => store.challenges.prove(challenge.id, START, keys, keys))).to.deep.equal([
      'update challenges',
      'update budgets',
    ]);
  });

  it('find what is due with its challenge, and look for what was left behind when there is nothing', async () => {
    const challenge = challengeOf({ createdAt: START + MINUTE });
    await store.outbox.lease('worker', challenge.createdAt, challenge.createdAt + MINUTE, 50);
    await store.challenges.open(challenge, messageOf(challenge), 1, []);
    const lease = () => store.outbox.lease('worker', challenge.createdAt + 1, challenge.createdAt + MINUTE, 5);
    expect(await commandsOf(lease)).to.deep.equal(['aggregate outbox', 'findAndModify outbox']);
    expect(await commandsOf(lease)).to.deep.equal(['aggregate outbox', 'find challenges']);
  });

  it('find a person by identifier, and write a grant with what is made in it, in one', async () => {
    const account = accountOf();
    await store.accounts.createOrFind(account);
    expect(await commandsOf(() => store.accounts.createOrFind(account))).to.deep.equal(['aggregate identifiers']);
    const grant = artifactOf({ model: 'Grant' });
    const artifact = artifactOf({ grantId: grant.id });
    expect(await commandsOf(() => store.artifacts.saveWithGrant(artifact, grant))).to.deep.equal(['update artifacts']);
  });
});
