import { expect } from 'chai';
import type { Spend } from '../../src/domain/budget.ts';
import type { Challenge } from '../../src/domain/challenge.ts';
import { challengeOf, freshId, MINUTE, messageOf, START, spendFrom } from '../support/factories.ts';
import { CALLERS, count, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `challenges.claimAttempt` and `prove`. */
export function attemptsContract(store: CurrentStore): void {
  const opened = async (overrides: Partial<Challenge> = {}): Promise<Challenge> => {
    const challenge = challengeOf(overrides);
    await store().challenges.open(challenge, messageOf(challenge), 1, []);
    return challenge;
  };
  const claim = (challenge: Challenge, now = START) => store().challenges.claimAttempt(challenge.id, now, []);
  const prove = (challenge: Challenge, now = START) => store().challenges.prove(challenge.id, now, [], []);

  describe('challenges: attempts', () => {
    it('answers the challenge with this attempt counted', async () => {
      const challenge = await opened();
      expect(await claim(challenge)).to.deep.equal({ claimed: { ...challenge, attempts: 1 } });
      expect(await claim(challenge)).to.deep.equal({ claimed: { ...challenge, attempts: 2 } });
      expect((await store().challenges.find(challenge.id))?.attempts).to.equal(2);
    });

    it('grants exactly maxAttempts, however many guess at once', async () => {
      const challenge = await opened({ maxAttempts: 5 });
      const answers = await parallel(() => claim(challenge));
      const granted = answers.flatMap((answer) => ('claimed' in answer ? [answer.claimed.attempts] : []));
      expect(granted.sort()).to.deep.equal([1, 2, 3, 4, 5]);
      expect(count(answers, (answer) => 'refused' in answer && answer.refused === 'exhausted')).to.equal(CALLERS - 5);
      expect((await store().challenges.find(challenge.id))?.attempts).to.equal(5);
    });

    it('says why there is none: unknown, superseded, proven, exhausted', async () => {
      const unknown = challengeOf();
      const [closed, proven, spent] = [await opened(), await opened(), await opened({ maxAttempts: 0 })];
      await store().challenges.supersede(closed.id);
      await prove(proven);
      expect(await claim(unknown)).to.deep.equal({ refused: 'unknown', challenge: null });
      expect(await claim(closed)).to.deep.equal({
        refused: 'superseded',
        challenge: { ...closed, state: 'superseded' },
      });
      expect(await claim(proven)).to.deep.equal({ refused: 'proven', challenge: { ...proven, state: 'proven' } });
      expect(await claim(spent)).to.deep.equal({ refused: 'exhausted', challenge: spent });
    });

    it('ends at the moment of expiry, though nothing was purged', async () => {
      const challenge = await opened();
      expect(await claim(challenge, challenge.expiresAt - 1)).to.have.property('claimed');
      expect(await claim(challenge, challenge.expiresAt)).to.deep.include({ refused: 'expired' });
      expect((await store().challenges.find(challenge.id))?.attempts).to.equal(1);
    });
  });

  describe('challenges: attempts within budgets', () => {
    it('counts no attempt when a budget is spent', async () => {
      const challenge = await opened();
      const spend = spendFrom(1);
      await store().challenges.claimAttempt(challenge.id, START, [spend]);
      const answer = await store().challenges.claimAttempt(challenge.id, START + 1, [spend]);
      expect(answer).to.deep.equal({ refused: 'budget', key: spend.key, retryAt: START + spend.windowMs });
      expect((await store().challenges.find(challenge.id))?.attempts).to.equal(1);
    });

    it('spends nothing on an attempt that is not granted', async () => {
      const [dead, alive] = [await opened({ maxAttempts: 0 }), await opened()];
      const spend = spendFrom(1);
      await store().challenges.claimAttempt(dead.id, START, [spend]);
      await store().challenges.claimAttempt(freshId('unknown'), START, [spend]);
      expect(await store().challenges.claimAttempt(alive.id, START, [spend])).to.have.property('claimed');
    });

    it('grants exactly as many as the budget allows over many challenges at once', async () => {
      const challenges = await parallel(() => opened());
      const spend = spendFrom(7);
      const answers = await parallel((index) =>
        store().challenges.claimAttempt(challenges[index]?.id ?? '', START, [spend]),
      );
      const stored = await Promise.all(challenges.map(({ id }) => store().challenges.find(id)));
      expect(count(answers, (answer) => 'claimed' in answer)).to.equal(7);
      expect(count(stored, (challenge) => challenge?.attempts === 1)).to.equal(7);
    });
  });

  describe('challenges: proving', () => {
    it('lets exactly one caller win', async () => {
      const challenge = await opened();
      const answers = await parallel(() => prove(challenge));
      expect(count(answers, (won) => won)).to.equal(1);
      expect(await store().challenges.find(challenge.id)).to.deep.equal({ ...challenge, state: 'proven' });
    });

    it('works with the last attempt', async () => {
      const challenge = await opened({ maxAttempts: 1 });
      await claim(challenge);
      expect(await prove(challenge)).to.equal(true);
    });

    it('refuses what is expired, superseded or unknown', async () => {
      const [expired, closed] = [await opened(), await opened()];
      await store().challenges.supersede(closed.id);
      expect(await prove(expired, expired.expiresAt)).to.equal(false);
      expect(await prove(closed)).to.equal(false);
      expect(await prove(challengeOf())).to.equal(false);
    });

    it('never proves what was superseded first', async () => {
      const challenges = await parallel(() => opened());
      const proven = await parallel(async (index) => {
        const id = challenges[index]?.id ?? '';
        const [won] = await Promise.all([
          store().challenges.prove(id, START, [], []),
          store().challenges.supersede(id),
        ]);
        return won;
      });
      const stored = await Promise.all(challenges.map(({ id }) => store().challenges.find(id)));
      expect(stored.map((challenge) => challenge?.state === 'proven')).to.deep.equal(proven);
    });
  });

  describe('challenges: what a proof gives back', () => {
    it('refunds one and forgets the others, once, however many prove at once', async () => {
      const challenge = await opened();
      const [refunded, forgotten] = [spendFrom(3), spendFrom(1)];
      for (let spent = 0; spent < 3; spent += 1) await store().budgets.spend([refunded], START);
      await store().budgets.spend([forgotten], START);
      await parallel(() => store().challenges.prove(challenge.id, START, [refunded.key], [forgotten.key]));
      expect(await store().budgets.spend([forgotten], START)).to.equal(null);
      expect(await store().budgets.spend([refunded], START)).to.equal(null);
      expect(await store().budgets.spend([refunded], START)).to.have.property('refused', 'budget');
    });

    it('gives nothing back when it loses', async () => {
      const challenge = await opened();
      const spend = spendFrom(1);
      await store().budgets.spend([spend], START);
      expect(await store().challenges.prove(challenge.id, START + 5 * MINUTE, [spend.key], [spend.key])).to.equal(
        false,
      );
      expect(await store().budgets.spend([spend], START)).to.have.property('refused', 'budget');
    });

    it('gives back as often as a key is listed, and leaves the others of the list their one (R-18)', async () => {
      const challenge = await opened();
      const [often, once] = [spendFrom(20), spendFrom(20)];
      for (let spent = 0; spent < 20; spent += 1) await store().budgets.spend([often, once], START);
      const tenTimes = Array.from({ length: 10 }, () => often.key);
      await store().challenges.prove(challenge.id, START, [once.key, ...tenTimes], []);
      const left = async (spend: Spend) =>
        count(await parallel(() => store().budgets.spend([spend], START)), (answer) => answer === null);
      expect([await left(often), await left(once)]).to.deep.equal([10, 1]);
    });

    it('never refunds below zero', async () => {
      const spend = spendFrom(2);
      await store().budgets.spend([spend], START);
      for (const challenge of [await opened(), await opened(), await opened()]) {
        await store().challenges.prove(challenge.id, START, [spend.key, freshId('never-spent')], []);
      }
      const answers = await parallel(() => store().budgets.spend([spend], START));
      expect(count(answers, (answer) => answer === null)).to.equal(2);
    });
  });
}
