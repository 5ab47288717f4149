import { expect } from 'chai';
import {
  accountOf,
  artifactOf,
  challengeOf,
  clientOf,
  DAY,
  eventOf,
  MINUTE,
  messageOf,
  START,
  spendFrom,
} from '../support/factories.ts';
import type { CurrentStore } from './store.contract.ts';

const EVERYTHING = 1000;

/** `ping` and `purge`. */
export function upkeepContract(store: CurrentStore): void {
  describe('upkeep: ping', () => {
    it('resolves on a healthy store, again and again', async () => {
      for (let turn = 0; turn < 3; turn += 1) await store().ping();
    });
  });

  describe('upkeep: purge', () => {
    it('deletes artifacts that ended, and none that live', async () => {
      const [ended, live, endless] = [
        artifactOf({ expiresAt: START + MINUTE }),
        artifactOf({ expiresAt: START + MINUTE + 1 }),
        artifactOf({ expiresAt: null }),
      ];
      for (const artifact of [ended, live, endless]) await store().artifacts.save(artifact);
      expect(await store().purge(START + MINUTE, EVERYTHING)).to.equal(1);
      const found = [ended, live, endless].map(({ model, id }) => store().artifacts.find(model, id, START));
      expect(await Promise.all(found)).to.deep.equal([null, live, endless]);
    });

    it('deletes challenges that expired, whatever their state, and none that have not', async () => {
      const [expired, proven, live] = [
        challengeOf({ expiresAt: START + MINUTE }),
        challengeOf({ expiresAt: START + MINUTE }),
        challengeOf({ expiresAt: START + MINUTE + 1 }),
      ];
      for (const challenge of [expired, proven, live]) {
        await store().challenges.open(challenge, messageOf(challenge, { notAfter: START + DAY }), 1, []);
      }
      await store().challenges.prove(proven.id, START, [], []);
      expect(await store().purge(START + MINUTE, EVERYTHING)).to.equal(2);
      expect(await store().challenges.find(expired.id)).to.equal(null);
      expect(await store().challenges.find(proven.id)).to.equal(null);
      expect(await store().challenges.find(live.id)).to.deep.equal(live);
    });

    it('deletes settled messages at their end, and unsettled ones a day later', async () => {
      const notAfter = START + MINUTE;
      const challenges = [challengeOf({ expiresAt: START + 9 * DAY }), challengeOf({ expiresAt: START + 9 * DAY })];
      for (const challenge of challenges) {
        await store().challenges.open(challenge, messageOf(challenge, { notAfter }), 1, []);
      }
      const [settled] = await store().outbox.lease('worker', START, START + MINUTE, 1);
      await store().outbox.settle(settled?.message.id ?? '', 'worker', { state: 'failed', outcome: '550' });
      expect(await store().purge(notAfter - 1, EVERYTHING)).to.equal(0);
      expect(await store().purge(notAfter, EVERYTHING)).to.equal(1);
      expect(await store().outbox.backlog()).to.equal(1);
      expect(await store().purge(notAfter + DAY - 1, EVERYTHING)).to.equal(0);
      expect(await store().purge(notAfter + DAY, EVERYTHING)).to.equal(1);
      expect(await store().outbox.backlog()).to.equal(0);
    });

    it('deletes budgets whose window ended, and forgets none that still counts', async () => {
      const [ended, counting] = [spendFrom(1, { windowMs: MINUTE }), spendFrom(1, { windowMs: MINUTE + 1 })];
      await store().budgets.spend([ended, counting], START);
      expect(await store().purge(START + MINUTE, EVERYTHING)).to.equal(1);
      expect(await store().budgets.spend([counting], START + MINUTE)).to.have.property('refused', 'budget');
    });

    it('deletes no more of each kind than asked for, the oldest first', async () => {
      for (let index = 0; index < 5; index += 1) {
        await store().artifacts.save(artifactOf({ id: `artifact-${index}`, expiresAt: START + index }));
        await store().budgets.spend([spendFrom(1, { windowMs: 1 + index })], START);
      }
      expect(await store().purge(START + DAY, 2)).to.equal(4);
      expect(await store().artifacts.find('AuthorizationCode', 'artifact-1', 0)).to.equal(null);
      expect(await store().artifacts.find('AuthorizationCode', 'artifact-2', 0)).to.not.equal(null);
      expect(await store().purge(START + DAY, 2)).to.equal(4);
      expect(await store().purge(START + DAY, 2)).to.equal(2);
      expect(await store().purge(START + DAY, 2)).to.equal(0);
    });

    it('leaves accounts, clients and the audit trail alone', async () => {
      const [account, client, event] = [accountOf(), clientOf(), eventOf()];
      await store().accounts.createOrFind(account);
      await store().clients.create(client);
      await store().events.append([event]);
      expect(await store().purge(START + 1000 * DAY, EVERYTHING)).to.equal(0);
      expect(await store().accounts.findById(account.id)).to.deep.equal(account);
      expect(await store().clients.find(client.id)).to.deep.equal(client);
      expect(await store().events.list({}, 10)).to.deep.equal([event]);
    });
  });
}
