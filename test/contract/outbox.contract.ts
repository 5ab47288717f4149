import { expect } from 'chai';
import type { Message } from '../../src/domain/message.ts';
import { challengeOf, freshId, MINUTE, messageOf, SECOND, START } from '../support/factories.ts';
import { CALLERS, count, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

/** `outbox`: at-least-once delivery by leases. */
export function outboxContract(store: CurrentStore): void {
  const queued = async (overrides: Partial<Message> = {}): Promise<Message> => {
    const challenge = challengeOf();
    const message = messageOf(challenge, overrides);
    await store().challenges.open(challenge, message, 1, []);
    return message;
  };
  const leaseWithChallenge = (worker: string, now = START, limit = 10) =>
    store().outbox.lease(worker, now, now + MINUTE, limit);
  const lease = async (worker: string, now = START, limit = 10): Promise<Message[]> =>
    (await leaseWithChallenge(worker, now, limit)).map(({ message }) => message);
  const idsOf = (messages: readonly Message[]): string[] => messages.map(({ id }) => id);

  describe('outbox: leasing', () => {
    it('leases what is due, counts the try, and keeps every other field', async () => {
      const message = await queued({
        challengeId: null,
        decoy: true,
        locale: 'de',
        to: { channel: 'sms', value: '+1' },
      });
      const leased = { state: 'leased', tries: 1, leasedBy: 'worker', leasedUntil: START + MINUTE };
      expect(await lease('worker')).to.deep.equal([{ ...message, ...leased }]);
    });

    it('answers the challenge a message is about as it is now, and null when it is gone', async () => {
      const challenge = challengeOf();
      await store().challenges.open(challenge, messageOf(challenge), 1, []);
      await store().challenges.supersede(challenge.id);
      await queued({ challengeId: freshId('gone') });
      const [about, gone] = await leaseWithChallenge('worker');
      expect(about?.challenge).to.deep.equal({ ...challenge, state: 'superseded' });
      expect(gone?.challenge).to.equal(null);
    });

    it('leaves alone what is not due yet', async () => {
      const message = await queued({ notBefore: START + SECOND });
      expect(await lease('worker', START + SECOND - 1)).to.deep.equal([]);
      expect(idsOf(await lease('worker', START + SECOND))).to.deep.equal([message.id]);
    });

    it('takes the oldest first, and no more than asked for', async () => {
      const late = await queued({ createdAt: START + 2 * SECOND, notBefore: START });
      const old = await queued({ createdAt: START, notBefore: START + 3 * SECOND });
      const middle = await queued({ createdAt: START + SECOND });
      expect(idsOf(await lease('one', START + MINUTE, 2))).to.deep.equal([old.id, middle.id]);
      expect(idsOf(await lease('two', START + MINUTE, 2))).to.deep.equal([late.id]);
    });

    it('gives every message to exactly one worker, however many ask at once', async () => {
      const messages = await parallel(() => queued());
      const leases = await parallel((index) => lease(`worker-${index}`, START, 3));
      const taken = leases.flat();
      expect(idsOf(taken).sort()).to.deep.equal(idsOf(messages).sort());
      expect(taken.every(({ tries }) => tries === 1)).to.equal(true);
      leases.forEach((mine, index) => {
        expect(mine.every(({ leasedBy }) => leasedBy === `worker-${index}`)).to.equal(true);
      });
    });

    it('gives a dead worker’s message to the next when the lease ends, not before', async () => {
      const message = await queued();
      await lease('dead');
      expect(await lease('next', START + MINUTE - 1)).to.deep.equal([]);
      const [again] = await lease('next', START + MINUTE);
      expect(again).to.include({ id: message.id, tries: 2, leasedBy: 'next', leasedUntil: START + 2 * MINUTE });
    });
  });

  describe('outbox: settling', () => {
    for (const state of ['accepted', 'failed', 'dropped'] as const) {
      it(`never leases again what was ${state}`, async () => {
        const message = await queued();
        await lease('worker');
        expect(await store().outbox.settle(message.id, 'worker', { state, outcome: 'said so' })).to.equal(true);
        expect(await lease('worker', START + 60 * MINUTE)).to.deep.equal([]);
        expect(await store().outbox.backlog()).to.equal(0);
      });
    }

    it('marks the challenge of a message that failed, until a later one is accepted', async () => {
      const challenge = challengeOf();
      const [failing, retried] = [messageOf(challenge), messageOf(challenge)];
      await store().challenges.open(challenge, failing, 1, []);
      const undelivered = async () => (await store().challenges.find(challenge.id))?.undelivered;
      await lease('worker');
      await store().outbox.settle(failing.id, 'worker', { state: 'queued', outcome: '451', notBefore: START });
      expect(await undelivered()).to.equal(false);
      await lease('worker');
      await store().outbox.settle(failing.id, 'nobody', { state: 'failed', outcome: '550' });
      expect(await undelivered()).to.equal(false);
      await store().outbox.settle(failing.id, 'worker', { state: 'failed', outcome: '550' });
      expect(await undelivered()).to.equal(true);
      await store().challenges.resend(challenge.id, challenge.nextSendAt, challenge.expiresAt, retried, []);
      await lease('worker', challenge.nextSendAt);
      await store().outbox.settle(retried.id, 'worker', { state: 'accepted', outcome: '250' });
      expect(await undelivered()).to.equal(false);
    });

    it('puts a message back until its next try is due', async () => {
      const message = await queued();
      await lease('one');
      const notBefore = START + 5 * SECOND;
      const again = { state: 'queued', outcome: '451 later', notBefore } as const;
      expect(await store().outbox.settle(message.id, 'one', again)).to.equal(true);
      expect(await lease('two', notBefore - 1)).to.deep.equal([]);
      const [retried] = await lease('two', notBefore);
      expect(retried).to.include({ id: message.id, tries: 2, leasedBy: 'two', outcome: '451 later', notBefore });
    });

    it('writes nothing for a worker that lost its lease or never had it', async () => {
      const message = await queued();
      const done = { state: 'accepted', outcome: 'sent' } as const;
      expect(await store().outbox.settle(message.id, 'nobody', done)).to.equal(false);
      await lease('slow');
      await lease('next', START + MINUTE);
      expect(await store().outbox.settle(message.id, 'slow', done)).to.equal(false);
      expect(await store().outbox.backlog()).to.equal(1);
      expect(await store().outbox.settle(message.id, 'next', done)).to.equal(true);
      expect(await store().outbox.settle(message.id, 'next', done)).to.equal(false);
      expect(await store().outbox.settle(freshId('unknown'), 'next', done)).to.equal(false);
    });

    it('settles once, however often the worker says it at once', async () => {
      const message = await queued();
      await lease('worker');
      const answers = await parallel(() =>
        store().outbox.settle(message.id, 'worker', { state: 'accepted', outcome: 'sent' }),
      );
      expect(count(answers, (settled) => settled)).to.equal(1);
    });
  });

  describe('outbox: adding', () => {
    const noticeOf = (overrides: Partial<Message> = {}): Message =>
      messageOf(challengeOf(), {
        challengeId: null,
        template: 'notice',
        notice: { kind: 'identifier_added', identifier: 'a•••@example.org', heldUntil: START + MINUTE },
        ...overrides,
      });

    it('queues all of them, with every field, to be leased like any other', async () => {
      const notices = [noticeOf({ createdAt: START + 1, to: { channel: 'sms', value: '+1' } }), noticeOf(), noticeOf()];
      await store().outbox.add(notices);
      expect(await store().outbox.backlog()).to.equal(3);
      const leased = await leaseWithChallenge('worker', START + 1);
      const inWork = { state: 'leased', tries: 1, leasedBy: 'worker', leasedUntil: START + 1 + MINUTE };
      const expected = notices.map((notice) => ({ message: { ...notice, ...inWork }, challenge: null }));
      expect(leased).to.have.deep.members(expected);
      for (const { id } of notices) {
        expect(await store().outbox.settle(id, 'worker', { state: 'accepted', outcome: '250' })).to.equal(true);
      }
      expect(await lease('worker', START + 60 * MINUTE)).to.deep.equal([]);
      expect(await store().outbox.backlog()).to.equal(0);
    });

    it('queues one of its own time, and nothing for an empty list', async () => {
      await store().outbox.add([]);
      expect(await store().outbox.backlog()).to.equal(0);
      const [soon, later] = [noticeOf(), noticeOf({ notBefore: START + SECOND })];
      await store().outbox.add([later, soon]);
      expect(idsOf(await lease('worker'))).to.deep.equal([soon.id]);
      expect(idsOf(await lease('worker', START + SECOND))).to.deep.equal([later.id]);
    });

    it('loses none of those added at once, and doubles none', async () => {
      const notices = Array.from({ length: CALLERS }, () => [noticeOf(), noticeOf()]);
      await parallel((index) => store().outbox.add(notices[index] ?? []));
      expect(idsOf(await lease('worker', START, 200)).sort()).to.deep.equal(idsOf(notices.flat()).sort());
      expect(await lease('another', START, 200)).to.deep.equal([]);
    });
  });

  describe('outbox: backlog', () => {
    it('counts what is queued and what is leased', async () => {
      const messages = await parallel(() => queued());
      expect(await store().outbox.backlog()).to.equal(CALLERS);
      await lease('worker', START, 20);
      expect(await store().outbox.backlog()).to.equal(CALLERS);
      await store().outbox.settle(messages[0]?.id ?? '', 'worker', { state: 'accepted', outcome: 'sent' });
      expect(await store().outbox.backlog()).to.equal(CALLERS - 1);
    });
  });
}
