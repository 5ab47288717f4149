import { expect } from 'chai';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import type { Account } from '../../src/domain/account.ts';
import { hasIdentifier } from '../../src/domain/account-identifiers.ts';
import type { Store } from '../../src/ports/store.ts';
import { accountOf, challengeOf, MINUTE, messageOf, provenEmail, SECOND, START } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { dyingStores } from '../support/mongo/dying.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { count, parallel } from './parallel.ts';

/** Changes to accounts that were there before; for new ones see mongo-crash. */
describeWithMongo('MongoDB store: a crash while identifiers change', (server) => {
  let database: TestDatabase;
  let survivor: Store;
  const { dieEverywhere, bury } = dyingStores(() => database.url);
  before(async () => {
    database = await createTestDatabase(server());
    survivor = await openMongoStore({ url: database.url });
    await database.stopExpiry();
  });
  beforeEach(() => database.empty());
  after(async function end() {
    this.timeout(30_000);
    await bury();
    await survivor.close();
    await database.drop();
  });

  const first = provenEmail('first@example.org');
  const second = provenEmail('second@example.org', { primary: false });
  const created = async (overrides: Partial<Account> = {}): Promise<Account> =>
    (await survivor.accounts.createOrFind(accountOf(overrides))).account;
  /** The accounts that have the identifier say so, are one at most, and are found by it. */
  const onlyOwner = async (identifier: typeof first, when: string): Promise<Account | null> => {
    const owners = (await survivor.accounts.list(null, 1000)).filter((account) => hasIdentifier(account, identifier));
    expect(owners.length, when).to.be.at.most(1);
    expect(await survivor.accounts.findByIdentifier(identifier), when).to.deep.equal(owners[0] ?? null);
    return owners[0] ?? null;
  };
  const clear = async (): Promise<void> => {
    await Promise.all(['accounts', 'identifiers'].map((name) => database.collection(name).deleteMany({})));
  };

  it('adding one: the account has it, or it is free for the next who wants it, never both (R-30)', async function dying() {
    this.timeout(60_000);
    await dieEverywhere(() => ({
      async by(store) {
        await clear();
        const { id } = await created({ identifiers: [first] });
        await store.accounts.attach(id, second);
      },
      async check(when) {
        const before = (await survivor.accounts.list(null, 1))[0];
        const had = before !== undefined && hasIdentifier(before, second);
        const others = await parallel(() => created(), 5);
        const answers = await parallel((index) => survivor.accounts.attach(others[index]?.id ?? '', second), 5);
        const attached = count(answers, (answer) => 'attached' in answer);
        const owner = await onlyOwner(second, when);
        expect(owner, when).to.not.equal(null);
        expect(attached, when).to.equal(owner?.id === before?.id ? 0 : 1);
        if (had) expect(owner?.id, when).to.equal(before.id);
      },
    }));
  });

  it('adding one that somebody then signs in with: that account, or a new one', async function dying() {
    this.timeout(60_000);
    await dieEverywhere(() => ({
      async by(store) {
        await clear();
        const { id } = await created({ identifiers: [first] });
        await store.accounts.attach(id, second);
      },
      async check(when) {
        const answers = await parallel(() => created({ identifiers: [second] }), 10);
        const owner = await onlyOwner(second, when);
        expect(new Set(answers.map(({ id }) => id)), when).to.deep.equal(new Set([owner?.id]));
      },
    }));
  });

  it('removing one: the account has it still, or it is free', async function dying() {
    this.timeout(60_000);
    await dieEverywhere(() => ({
      async by(store) {
        await clear();
        const { id } = await created({ identifiers: [first, second] });
        await store.accounts.detach(id, second);
      },
      async check(when) {
        const [account] = await survivor.accounts.list(null, 1);
        const kept = account !== undefined && hasIdentifier(account, second);
        expect(await survivor.accounts.findByIdentifier(second), when).to.deep.equal(kept ? account : null);
        const signedIn = await created({ identifiers: [second] });
        expect(signedIn.id === account?.id, when).to.equal(kept);
        await onlyOwner(second, when);
      },
    }));
  });

  it('deleting an account: it is there with all its identifiers, or gone, and they are free', async function dying() {
    this.timeout(60_000);
    await dieEverywhere(() => ({
      async by(store) {
        await clear();
        const { id } = await created({ identifiers: [first, second] });
        await store.accounts.remove(id);
      },
      async check(when) {
        const [account] = await survivor.accounts.list(null, 1);
        const signedIn = await created({ identifiers: [first] });
        expect(signedIn.id === account?.id, when).to.equal(account !== undefined);
        const other = await created();
        const answer = await survivor.accounts.attach(other.id, second);
        expect('attached' in answer, when).to.equal(account === undefined);
        for (const identifier of [first, second]) await onlyOwner(identifier, when);
      },
    }));
  });

  it('queueing notices: all of them go out, once each, or none', async function dying() {
    this.timeout(60_000);
    await dieEverywhere(() => {
      const notices = Array.from({ length: 3 }, () =>
        messageOf(challengeOf(), {
          challengeId: null,
          template: 'notice',
          notice: { kind: 'account_deleted', identifier: '' },
        }),
      );
      return {
        by: (store) => store.outbox.add(notices),
        async check(when) {
          const delivered: string[] = [];
          for (let turn = 0; turn < 3; turn += 1) {
            const now = START + turn * SECOND;
            for (const { message } of await survivor.outbox.lease('survivor', now, now + MINUTE, 10)) {
              delivered.push(message.id);
              await survivor.outbox.settle(message.id, 'survivor', { state: 'accepted', outcome: '250' });
            }
          }
          if (delivered.length > 0) expect(delivered, when).to.have.members(notices.map(({ id }) => id));
          expect(await survivor.outbox.backlog(), when).to.equal(0);
          expect(await database.collection('outbox').countDocuments({ carried: { $ne: null } }), when).to.equal(0);
        },
      };
    });
  });
});
