import { expect } from 'chai';
import type { Spend } from '../../src/domain/budget.ts';
import type { Challenge } from '../../src/domain/challenge.ts';
import { challengeOf, MINUTE, messageOf, SECOND, START, spendFrom } from '../support/factories.ts';
import { count, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `challenges.resend`. */
export function resendContract(store: CurrentStore): void {
  const due = START + 30 * SECOND;
  const opened = async (overrides: Partial<Challenge> = {}): Promise<Challenge> => {
    const challenge = challengeOf({ nextSendAt: due, ...overrides });
    await store().challenges.open(challenge, messageOf(challenge), 1, []);
    return challenge;
  };
  const resend = (challenge: Challenge, now = due, spends: readonly Spend[] = []) =>
    store().challenges.resend(challenge.id, now, now + MINUTE, messageOf(challenge, { createdAt: now }), spends);

  describe('challenges: resending', () => {
    it('counts the send and writes the message; life and attempts stay', async () => {
      const challenge = await opened();
      await store().challenges.claimAttempt(challenge.id, START, []);
      const expected = { ...challenge, attempts: 1, sends: 2, nextSendAt: due + MINUTE };
      expect(await resend(challenge)).to.deep.equal({ resent: expected });
      expect(await store().challenges.find(challenge.id)).to.deep.equal(expected);
      expect(await store().outbox.backlog()).to.equal(2);
    });

    it('refuses a millisecond too early, and when no send is left', async () => {
      const [early, spent] = [await opened(), await opened({ maxSends: 1 })];
      expect(await resend(early, due - 1)).to.deep.equal({ refused: 'too_early', challenge: early });
      expect(await resend(spent)).to.deep.equal({ refused: 'no_sends_left', challenge: spent });
      expect(await store().outbox.backlog()).to.equal(2);
    });

    it('refuses what is unknown, expired, superseded, proven or out of attempts', async () => {
      const [closed, proven, spent] = [await opened(), await opened(), await opened({ maxAttempts: 0 })];
      const expired = await opened({ expiresAt: due });
      await store().challenges.supersede(closed.id);
      await store().challenges.prove(proven.id, START, [], []);
      expect(await resend(challengeOf())).to.deep.equal({ refused: 'unknown', challenge: null });
      expect(await resend(expired)).to.deep.equal({ refused: 'expired', challenge: expired });
      expect(await resend(closed)).to.deep.include({ refused: 'superseded' });
      expect(await resend(proven)).to.deep.include({ refused: 'proven' });
      expect(await resend(spent)).to.deep.equal({ refused: 'exhausted', challenge: spent });
      expect(await store().outbox.backlog()).to.equal(4);
    });

    it('sends once, however many press at once', async () => {
      const challenge = await opened();
      const answers = await parallel(() => resend(challenge));
      expect(count(answers, (answer) => 'resent' in answer)).to.equal(1);
      expect(count(answers, (answer) => 'refused' in answer && answer.refused === 'too_early')).to.equal(49);
      expect((await store().challenges.find(challenge.id))?.sends).to.equal(2);
      expect(await store().outbox.backlog()).to.equal(2);
    });

    it('writes nothing when a budget is spent', async () => {
      const challenge = await opened();
      const spend = spendFrom(1);
      await store().budgets.spend([spend], due);
      const answer = await resend(challenge, due, [spend]);
      expect(answer).to.deep.equal({ refused: 'budget', key: spend.key, retryAt: due + spend.windowMs });
      expect(await store().challenges.find(challenge.id)).to.deep.equal(challenge);
      expect(await store().outbox.backlog()).to.equal(1);
    });

    it('spends nothing on a send that is not granted', async () => {
      const challenge = await opened();
      const spend = spendFrom(1);
      await resend(challenge, due - 1, [spend]);
      expect(await resend(challenge, due, [spend])).to.have.property('resent');
    });
  });
}
