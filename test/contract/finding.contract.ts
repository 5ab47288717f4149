import { expect } from 'chai';
import type { Challenge } from '../../src/domain/challenge.ts';
import { challengeOf, freshId, MINUTE, messageOf, SECOND, START } from '../support/factories.ts';
import { CALLERS, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `challenges.find`, `findByInteraction`, `findOpenInSlot`. */
export function findingContract(store: CurrentStore): void {
  const open = (challenge: Challenge, keep = 1) => store().challenges.open(challenge, messageOf(challenge), keep, []);
  /** Three challenges of one slot, a second apart, oldest first. */
  const rivals = (overrides: Partial<Challenge> = {}): Challenge[] => {
    const slot = freshId('slot');
    return [0, 1, 2].map((second) => challengeOf({ slot, createdAt: START + second * SECOND, ...overrides }));
  };

  describe('challenges: finding', () => {
    it('answers null for what nobody opened', async () => {
      expect(await store().challenges.find(freshId('unknown'))).to.equal(null);
      expect(await store().challenges.findByInteraction(freshId('unknown'))).to.equal(null);
    });

    it('answers the newest of an interaction, whatever its state', async () => {
      const interactionId = freshId('interaction');
      const challenges = rivals({ interactionId });
      for (const challenge of challenges) await open(challenge);
      const newest = challenges.at(-1);
      expect((await store().challenges.findByInteraction(interactionId))?.id).to.equal(newest?.id);
      await store().challenges.supersede(newest?.id ?? '');
      const found = await store().challenges.findByInteraction(interactionId);
      expect(found).to.deep.equal({ ...newest, state: 'superseded' });
    });

    it('answers the newest open one of a slot, whatever was opened in others', async () => {
      const challenges = rivals();
      const slot = challenges[0]?.slot ?? '';
      for (const challenge of [...challenges, challengeOf()]) await open(challenge, 3);
      const found = () => store().challenges.findOpenInSlot(slot, START + MINUTE);
      for (const newest of challenges.toReversed()) {
        expect(await found()).to.deep.equal(newest);
        await store().challenges.supersede(newest.id);
      }
      expect(await found()).to.equal(null);
      expect(await store().challenges.findOpenInSlot(freshId('unknown'), START)).to.equal(null);
    });

    it('answers by slot neither what was proven nor what has expired, but what has no attempts left', async () => {
      const [spent, proven] = [challengeOf({ maxAttempts: 1 }), challengeOf()];
      for (const challenge of [spent, proven]) await open(challenge);
      await store().challenges.claimAttempt(spent.id, START, []);
      await store().challenges.prove(proven.id, START, [], []);
      const { findOpenInSlot } = store().challenges;
      expect(await findOpenInSlot(spent.slot, spent.expiresAt - 1)).to.deep.equal({ ...spent, attempts: 1 });
      expect(await findOpenInSlot(spent.slot, spent.expiresAt)).to.equal(null);
      expect(await findOpenInSlot(proven.slot, START)).to.equal(null);
    });

    it('answers by slot the one that is left of many that were opened at once', async () => {
      const slot = freshId('slot');
      const challenges = Array.from({ length: CALLERS }, () => challengeOf({ slot }));
      await parallel((index) => open(challenges[index] ?? challengeOf()));
      const found = await store().challenges.findOpenInSlot(slot, START);
      const stored = await Promise.all(challenges.map(({ id }) => store().challenges.find(id)));
      expect(stored.filter((challenge) => challenge?.state === 'open')).to.deep.equal([found]);
    });

    it('keeps slots apart that mean something to a database', async () => {
      const challenges = HOSTILE_IDS.map((slot) => challengeOf({ slot }));
      for (const challenge of challenges) await open(challenge);
      for (const challenge of challenges) {
        expect(await store().challenges.findOpenInSlot(challenge.slot, START)).to.deep.equal(challenge);
      }
    });

    it('answers an expired challenge: what follows from its age is for the rules to say', async () => {
      const challenge = challengeOf({ createdAt: 0, expiresAt: 1 });
      await open(challenge);
      expect(await store().challenges.find(challenge.id)).to.deep.equal(challenge);
    });
  });
}
