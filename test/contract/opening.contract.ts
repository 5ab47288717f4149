import { expect } from 'chai';
import type { Challenge } from '../../src/domain/challenge.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { MessageContent } from '../../src/domain/message-content.ts';
import { challengeOf, freshId, MINUTE, messageOf, SECOND, START, spendFrom } from '../support/factories.ts';
import { CALLERS, count, HOSTILE_IDS, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** What a client has said may mean something to a database, too; it is kept as it was. */
const INTENT: Intent = {
  integration: 'hosted',
  redirectUri: 'https://app.example.org/callback?a=1&b=2',
  state: '{"$ne":null}',
  createAccount: true,
  resource: 'urn:example:ledger',
  claims: '{"id_token":{"roles":null}}',
  organizationId: freshId('organization'),
  requireSecondFactor: true,
  approvalData: { $set: 'x', 'a.b': '1', constructor: '2' },
  clientAttributes: { userAgent: 'Browser/1 \u0000 \u{1f984}', ipAddress: null },
  requestId: 'digest',
};
const CONTENT: MessageContent = {
  mail: {
    subject: 'Your code',
    senderName: "'; DROP TABLE challenges; --",
    headerText: null,
    bodyText: '<b>&amp;</b>\r\n{otp}',
    linkText: 'Open',
    infoText: null,
    footerText: 'nul\u0000byte',
    primaryColor: '#0d6b54',
    logo: 'R0lGODlhAQABAAAAACw=',
  },
  sms: { text: '{otp} {app}', senderId: 'Example' },
};

/** `challenges.open`, `supersede`. */
export function openingContract(store: CurrentStore): void {
  const open = (challenge: Challenge, keep = 1) => store().challenges.open(challenge, messageOf(challenge), keep, []);
  const stateOf = async (challenge: Challenge) => (await store().challenges.find(challenge.id))?.state;
  /** Challenges of one slot, a second apart, oldest first. */
  const rivals = (amount: number, overrides: Partial<Challenge> = {}): Challenge[] => {
    const slot = freshId('slot');
    return Array.from({ length: amount }, (_, index) =>
      challengeOf({ slot, createdAt: START + index * SECOND, expiresAt: START + 5 * MINUTE, ...overrides }),
    );
  };

  describe('challenges: opening', () => {
    it('keeps every field as it was given', async () => {
      const challenge = challengeOf({
        purpose: 'second-factor',
        identifier: { channel: 'sms', value: '+4915112345678' },
        askedAs: { channel: 'email', value: 'ada@example.org' },
        accountId: freshId('account'),
        askedFrom: '192.0.2.7',
        interactionId: freshId('interaction'),
        shape: { alphabet: 'ABCDEFGH23456789', length: 9 },
        proof: 'both',
        decoy: true,
        locale: 'pt-BR',
        intent: INTENT,
        content: CONTENT,
      });
      expect(await open(challenge)).to.deep.equal({ opened: challenge });
      expect(await store().challenges.find(challenge.id)).to.deep.equal(challenge);
    });

    it('keeps hostile ids, slots and identifiers verbatim and apart', async () => {
      const challenges = HOSTILE_IDS.map((id) =>
        challengeOf({ id, slot: id, interactionId: id, clientId: id, identifier: { channel: 'email', value: id } }),
      );
      for (const challenge of challenges) await open(challenge);
      for (const challenge of challenges) {
        expect(await store().challenges.find(challenge.id)).to.deep.equal(challenge);
        expect(await store().challenges.findByInteraction(challenge.id)).to.deep.equal(challenge);
      }
    });

    it('writes the message together with the challenge', async () => {
      const challenge = challengeOf();
      const message = messageOf(challenge);
      await store().challenges.open(challenge, message, 1, []);
      const [leased] = await store().outbox.lease('worker', START, START + MINUTE, 10);
      const lease = { state: 'leased', tries: 1, leasedBy: 'worker', leasedUntil: START + MINUTE };
      expect(leased).to.deep.equal({ message: { ...message, ...lease }, challenge });
    });

    it('writes no message where none is to be sent, and supersedes all the same', async () => {
      const challenges = rivals(2, { sends: 0, maxSends: 0 });
      for (const challenge of challenges) await store().challenges.open(challenge, null, 1, []);
      expect(await Promise.all(challenges.map(stateOf))).to.deep.equal(['superseded', 'open']);
      expect(await store().challenges.find(challenges[1]?.id ?? '')).to.deep.equal(challenges[1]);
      expect(await store().outbox.backlog()).to.equal(0);
      expect(await store().outbox.lease('worker', START + MINUTE, START + 2 * MINUTE, 10)).to.deep.equal([]);
    });

    it('supersedes every open challenge of the same interaction, whatever its slot', async () => {
      const interactionId = freshId('interaction');
      const [first, second, elsewhere] = [
        challengeOf({ interactionId }),
        challengeOf({ interactionId }),
        challengeOf(),
      ];
      await open(first);
      await open(elsewhere);
      await open(second);
      expect(await stateOf(first)).to.equal('superseded');
      expect(await stateOf(elsewhere)).to.equal('open');
      expect(await stateOf(second)).to.equal('open');
    });

    it('does not take challenges without an interaction for those of one', async () => {
      const [first, second] = [challengeOf(), challengeOf()];
      await open(first);
      await open(second);
      expect(await stateOf(first)).to.equal('open');
    });

    it('supersedes the oldest of the slot beyond what it may hold', async () => {
      const challenges = rivals(5);
      for (const challenge of challenges) await open(challenge, 3);
      const states = await Promise.all(challenges.map(stateOf));
      expect(states).to.deep.equal(['superseded', 'superseded', 'open', 'open', 'open']);
    });

    it('with one place in the slot, leaves only the newest open', async () => {
      const challenges = rivals(3);
      for (const challenge of challenges) await open(challenge, 1);
      expect(await Promise.all(challenges.map(stateOf))).to.deep.equal(['superseded', 'superseded', 'open']);
    });

    it('gives no place of the slot to an expired challenge', async () => {
      const slot = freshId('slot');
      const expired = challengeOf({ slot, createdAt: START + SECOND, expiresAt: START + MINUTE });
      const alive = challengeOf({ slot, createdAt: START, expiresAt: START + 9 * MINUTE });
      const next = challengeOf({ slot, createdAt: START + 2 * MINUTE });
      for (const challenge of [alive, expired, next]) await open(challenge, 2);
      expect(await stateOf(alive)).to.equal('open');
    });

    it('leaves proven challenges of interaction and slot as they are', async () => {
      const same = { interactionId: freshId('interaction'), slot: freshId('slot') };
      const proven = challengeOf(same);
      await open(proven);
      await store().challenges.prove(proven.id, START, [], []);
      await open(challengeOf(same));
      expect(await stateOf(proven)).to.equal('proven');
    });

    it('never leaves more open than the slot may hold, however many open at once', async () => {
      const challenges = rivals(CALLERS);
      await parallel((index) => open(challenges[index] ?? challengeOf(), 3));
      const states = await Promise.all(challenges.map(stateOf));
      expect(count(states, (state) => state === 'open')).to.be.within(1, 3);
    });

    it('never leaves two open in one interaction, however many open at once', async () => {
      const interactionId = freshId('interaction');
      const challenges = Array.from({ length: CALLERS }, () => challengeOf({ interactionId }));
      await parallel((index) => open(challenges[index] ?? challengeOf()));
      const states = await Promise.all(challenges.map(stateOf));
      expect(count(states, (state) => state === 'open')).to.equal(1);
    });
  });

  describe('challenges: opening within budgets', () => {
    it('writes nothing when a budget is spent', async () => {
      const [former, refused] = rivals(2, { interactionId: freshId('interaction') });
      const spend = spendFrom(1);
      if (former === undefined || refused === undefined) throw new Error('two rivals were asked for');
      await store().challenges.open(former, messageOf(former), 1, [spend]);
      const answer = await store().challenges.open(refused, messageOf(refused), 1, [spend]);
      expect(answer).to.deep.equal({ refused: 'budget', key: spend.key, retryAt: START + spend.windowMs });
      expect(await store().challenges.find(refused.id)).to.equal(null);
      expect(await stateOf(former)).to.equal('open');
      expect(await store().outbox.backlog()).to.equal(1);
    });

    it('opens exactly as many as the budget allows, however many ask at once', async () => {
      const spend = spendFrom(10);
      const challenges = Array.from({ length: CALLERS }, () => challengeOf());
      const answers = await parallel((index) => {
        const challenge = challenges[index] ?? challengeOf();
        return store().challenges.open(challenge, messageOf(challenge), 1, [spend]);
      });
      const stored = await Promise.all(challenges.map(stateOf));
      expect(count(answers, (answer) => 'opened' in answer)).to.equal(10);
      expect(count(stored, (state) => state === 'open')).to.equal(10);
      expect(await store().outbox.backlog()).to.equal(10);
    });
  });

  describe('challenges: superseding', () => {
    it('closes an open challenge, and leaves a proven and an unknown one alone', async () => {
      const [pending, proven] = [challengeOf(), challengeOf()];
      await open(pending);
      await open(proven);
      await store().challenges.prove(proven.id, START, [], []);
      for (const id of [pending.id, proven.id, freshId('unknown')]) await store().challenges.supersede(id);
      expect(await stateOf(pending)).to.equal('superseded');
      expect(await stateOf(proven)).to.equal('proven');
    });
  });
}
