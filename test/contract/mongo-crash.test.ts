import { expect } from 'chai';
import { openMongoStore } from '../../src/adapters/store-mongo/store.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  accountOf,
  artifactOf,
  challengeOf,
  DAY,
  freshId,
  MINUTE,
  messageOf,
  provenEmail,
  SECOND,
  START,
  spendFrom,
} from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { dyingStores } from '../support/mongo/dying.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { count, parallel } from './parallel.ts';

/**
 * A process that dies in the middle of something: its commands up to one get through, no later one does. What it leaves
 * is looked at by another process (docs/mongodb.md, "What a crash leaves").
 */
describeWithMongo('MongoDB store: a crash between two writes', function crashes(server) {
  let database: TestDatabase;
  let survivor: Store;
  const { dieAfter, dieEverywhere, bury } = dyingStores(() => database.url);
  before(async () => {
    database = await createTestDatabase(server());
    survivor = await openMongoStore({ url: database.url });
    await database.stopExpiry();
  });
  after(async function end() {
    this.timeout(30_000);
    await bury();
    await survivor.close();
    await database.drop();
  });

  const LATER = START + 10 * SECOND;
  /** As a worker does, round by round, until there is nothing more to do. */
  const deliver = async (): Promise<string[]> => {
    const leased = await survivor.outbox.lease('survivor', LATER, LATER + MINUTE, 50);
    if (leased.length === 0) return [];
    for (const { message, challenge } of leased) {
      expect(challenge?.id).to.equal(message.challengeId);
      await survivor.outbox.settle(message.id, 'survivor', { state: 'accepted', outcome: '250' });
    }
    return [...leased.map(({ message }) => message.id), ...(await deliver())];
  };

  it('opening: challenge and message are both there or neither is, and the message goes out once (R-77)', async function dying() {
    this.timeout(60_000);
    const slot = freshId('slot');
    await dieEverywhere(() => {
      const challenge = challengeOf({ slot, interactionId: freshId('interaction') });
      const message = messageOf(challenge);
      return {
        by: (store) => store.challenges.open(challenge, message, 1, [spendFrom(2), spendFrom(2)]),
        async check(when) {
          const found = await survivor.challenges.find(challenge.id);
          const delivered = await deliver();
          expect(delivered, when).to.deep.equal(found === null ? [] : [message.id]);
          expect(await deliver(), when).to.deep.equal([]);
          expect(await survivor.outbox.backlog(), when).to.equal(0);
        },
      };
    });
  });

  it('resending: what is counted as sent goes out, once each', async function dying() {
    this.timeout(60_000);
    for (let commands = 0, done = false; !done; commands += 1) {
      const challenge = challengeOf({ nextSendAt: START });
      const [first, second] = [messageOf(challenge), messageOf(challenge)];
      await survivor.challenges.open(challenge, first, 1, []);
      done = await dieAfter(commands, (store) =>
        store.challenges.resend(challenge.id, START, START + MINUTE, second, [spendFrom(2)]),
      );
      const sends = (await survivor.challenges.find(challenge.id))?.sends;
      const delivered = await deliver();
      expect(delivered, `after ${commands} commands`).to.have.members(sends === 2 ? [first.id, second.id] : [first.id]);
      expect(await deliver()).to.deep.equal([]);
    }
  });

  it('delivering: what was settled is not sent again, and what was not is', async function dying() {
    this.timeout(60_000);
    for (let commands = 0, done = false; !done; commands += 1) {
      const challenge = challengeOf();
      const message = messageOf(challenge);
      await survivor.challenges.open(challenge, message, 1, []);
      let settled = false;
      done = await dieAfter(commands, async (store) => {
        await store.outbox.lease('dying', START, START + SECOND, 5);
        settled = true;
        await store.outbox.settle(message.id, 'dying', { state: 'accepted', outcome: '250' });
      });
      const again = await deliver();
      expect(again.length, `after ${commands} commands`).to.be.at.most(1);
      if (done) expect(again).to.deep.equal([]);
      if (!settled) expect(again).to.deep.equal([message.id]);
      expect(await deliver()).to.deep.equal([]);
    }
  });

  it('guessing: no attempt is evaluated that is not counted, on the challenge and in the budget (R-04)', async function dying() {
    this.timeout(60_000);
    await dieEverywhere(() => {
      const challenge = challengeOf({ maxAttempts: 3 });
      const spend = spendFrom(3);
      let evaluated = 0;
      return {
        by: async (store) => {
          await survivor.challenges.open(challenge, messageOf(challenge), 1, []);
          if ('claimed' in (await store.challenges.claimAttempt(challenge.id, START, [spend]))) evaluated += 1;
        },
        async check(when) {
          for (let turn = 0; turn < 5; turn += 1) {
            if ('claimed' in (await survivor.challenges.claimAttempt(challenge.id, START, [spend]))) evaluated += 1;
          }
          expect(evaluated, when).to.be.within(2, 3);
        },
      };
    });
  });

  it('creating an account: the next sign-in has one, and only one, with all its identifiers (R-30)', async function dying() {
    this.timeout(60_000);
    await dieEverywhere(() => {
      const id = freshId('account');
      const identifiers = [provenEmail(`${id}@one.example`), provenEmail(`${id}@two.example`, { primary: false })];
      return {
        by: (store) => store.accounts.createOrFind(accountOf({ id, identifiers })),
        async check(when) {
          const claimed = await database.collection('identifiers').countDocuments({ accountId: id });
          const answers = await parallel(() => survivor.accounts.createOrFind(accountOf({ identifiers })), 10);
          const [{ account } = { account: accountOf() }] = answers;
          expect(
            count(answers, (answer) => answer.created),
            when,
          ).to.equal(claimed === 0 ? 1 : 0);
          // Whoever won an identifier keeps it, dead or alive: it could be just slow.
          if (claimed > 0) expect(account.id, when).to.equal(id);
          for (const identifier of identifiers) {
            expect(await survivor.accounts.findByIdentifier(identifier), when).to.deep.equal(account);
          }
          const mine = (await survivor.accounts.list(null, 1000)).filter((one) =>
            one.identifiers.some(({ value }) => value.startsWith(id)),
          );
          expect(mine, when).to.deep.equal([account]);
        },
      };
    });
  });

  it('an account that nobody asks for again is removed, and its identifiers are free', async function dying() {
    this.timeout(60_000);
    await dieEverywhere(() => {
      const id = freshId('account');
      const identifiers = [provenEmail(`${id}@one.example`)];
      return {
        by: (store) => store.accounts.createOrFind(accountOf({ id, identifiers })),
        async check(when) {
          await survivor.purge(Date.now() + 2 * DAY, 1000);
          const [found] = await Promise.all(identifiers.map((one) => survivor.accounts.findByIdentifier(one)));
          expect(await survivor.accounts.findById(id), when).to.deep.equal(found);
          const left = await database.collection('accounts').countDocuments({ pendingSince: { $ne: null } });
          expect(left, when).to.equal(0);
        },
      };
    });
  });

  it('rotating: the holder of the former token has a successor that is there, or is first still (R-42)', async function dying() {
    this.timeout(60_000);
    const grantId = freshId('grant');
    await survivor.artifacts.save(artifactOf({ model: 'Grant', id: grantId, expiresAt: null }));
    const tokenOf = () => artifactOf({ model: 'RefreshToken', grantId, expiresAt: START + 10 * MINUTE });
    await dieEverywhere(() => {
      const [predecessor, successor, next] = [tokenOf(), tokenOf(), tokenOf()];
      const rotate = (store: Store, to: typeof successor) =>
        store.artifacts.rotate(predecessor.id, to, to.id, START, { requireGrant: 'Grant' });
      return {
        by: async (store) => {
          await survivor.artifacts.save(predecessor);
          await rotate(store, successor);
        },
        async check(when) {
          const again = await rotate(survivor, next);
          const named = again.rotated ? next.id : (again.predecessor?.successor ?? '');
          expect([successor.id, next.id], when).to.include(named);
          expect(await survivor.artifacts.find('RefreshToken', named, START), when).to.not.equal(null);
        },
      };
    });
  });
});
