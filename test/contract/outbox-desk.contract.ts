import { expect } from 'chai';
import type { Challenge } from '../../src/domain/challenge.ts';
import type { Message } from '../../src/domain/message.ts';
import type { MessageFilter } from '../../src/ports/store/outbox.ts';
import { challengeOf, freshId, MINUTE, messageOf, SECOND, START } from '../support/factories.ts';
import { count, parallel } from './parallel.ts';
import type { CurrentStore } from './store.contract.ts';

interface Sent {
  readonly challenge: Challenge;
  readonly message: Message;
}

/** `outbox` as administrators see it: what there is, once more, given up. */
export function outboxDeskContract(store: CurrentStore): void {
  const queued = async (overrides: Partial<Message> = {}): Promise<Sent> => {
    const challenge = challengeOf();
    const message = messageOf(challenge, overrides);
    await store().challenges.open(challenge, message, 1, []);
    return { challenge, message };
  };
  const lease = (worker = 'worker', now = START) => store().outbox.lease(worker, now, now + MINUTE, 100);
  const settled = async (state: 'accepted' | 'failed' | 'dropped', overrides: Partial<Message> = {}): Promise<Sent> => {
    const sent = await queued(overrides);
    await lease();
    await store().outbox.settle(sent.message.id, 'worker', { state, outcome: 'said so' });
    return sent;
  };
  const idsOf = (messages: readonly Message[]): string[] => messages.map(({ id }) => id);
  const list = async (filter: MessageFilter, limit = 10): Promise<string[]> =>
    idsOf(await store().outbox.list(filter, limit));
  const stateOf = async ({ message }: Sent) => (await store().outbox.find(message.id))?.state;

  describe('outbox desk: reading', () => {
    it('lists newest first, page by page, those of one millisecond, too', async () => {
      const all: Message[] = [];
      for (const createdAt of [START, START + 2, START + 1, START + 1, START + 1, START + 3]) {
        all.push((await queued({ createdAt })).message);
      }
      const order = (one: Message, other: Message) => other.createdAt - one.createdAt || (other.id < one.id ? -1 : 1);
      const expected = idsOf([...all].sort(order));
      const read: string[] = [];
      let before: MessageFilter['before'];
      for (;;) {
        const page: Message[] = await store().outbox.list(before === undefined ? {} : { before }, 2);
        read.push(...idsOf(page));
        const last = page.at(-1);
        if (last === undefined) break;
        before = { at: last.createdAt, id: last.id };
      }
      expect(read).to.deep.equal(expected);
    });

    it('narrows by state, channel, client and recipient, all at once', async () => {
      const to = { channel: 'sms', value: '+4915112345678' } as const;
      const failed = (await settled('failed')).message;
      const accepted = (await settled('accepted', { clientId: 'shop' })).message;
      const waiting = (await queued({ to, clientId: 'shop' })).message;
      expect(await list({})).to.have.members(idsOf([failed, accepted, waiting]));
      expect(await list({ state: 'failed' })).to.deep.equal([failed.id]);
      expect(await list({ state: 'accepted' })).to.deep.equal([accepted.id]);
      expect(await list({ state: 'queued' })).to.deep.equal([waiting.id]);
      expect(await list({ channel: 'sms' })).to.deep.equal([waiting.id]);
      expect(await list({ clientId: 'shop' })).to.have.members(idsOf([accepted, waiting]));
      expect(await list({ clientId: 'shop', state: 'failed' })).to.deep.equal([]);
      expect(await list({ to })).to.deep.equal([waiting.id]);
      expect(await list({ to, channel: 'email' })).to.deep.equal([]);
      expect(await list({ to: { ...to, channel: 'email' } })).to.deep.equal([]);
      expect(await list({ to, state: 'queued', clientId: 'shop', channel: 'sms' })).to.deep.equal([waiting.id]);
    });

    it('finds a message with every field, and none under another id', async () => {
      const { message } = await queued();
      expect(await store().outbox.find(message.id)).to.deep.equal(message);
      expect(await store().outbox.find(freshId('message'))).to.equal(null);
    });
  });

  describe('outbox desk: once more', () => {
    it('makes what has failed due at once, with its tries', async () => {
      const { message } = await settled('failed');
      const due = { state: 'queued', notBefore: START + SECOND, tries: 1, leasedBy: null, leasedUntil: null } as const;
      const expected = { ...message, ...due, outcome: 'said so' };
      expect(await store().outbox.retry(message.id, START + SECOND)).to.deep.equal({ retried: expected });
      expect(await store().outbox.backlog()).to.equal(1);
      const [again] = await lease('next', START + SECOND);
      expect(again?.message).to.include({ id: message.id, tries: 2, leasedBy: 'next' });
    });

    it('makes what waits for a later try due at once', async () => {
      const { message } = await queued({ notBefore: START + MINUTE });
      expect(await lease()).to.deep.equal([]);
      expect(await store().outbox.retry(message.id, START)).to.have.nested.property('retried.notBefore', START);
      expect((await lease()).map((one) => one.message.id)).to.deep.equal([message.id]);
    });

    it('takes what a dead worker has left, and that worker settles nothing any more', async () => {
      const { message } = await queued();
      await lease('dead');
      const now = START + MINUTE;
      expect(await store().outbox.retry(message.id, now - 1)).to.deep.equal({ refused: 'in_work' });
      expect(await store().outbox.retry(message.id, now)).to.have.nested.property('retried.state', 'queued');
      expect(await store().outbox.settle(message.id, 'dead', { state: 'failed', outcome: '550' })).to.equal(false);
    });

    it('never sends again what was accepted or dropped', async () => {
      for (const state of ['accepted', 'dropped'] as const) {
        const sent = await settled(state);
        expect(await store().outbox.retry(sent.message.id, START)).to.deep.equal({ refused: 'settled' });
        expect(await stateOf(sent)).to.equal(state);
      }
      expect(await store().outbox.backlog()).to.equal(0);
    });

    it('brings nothing back whose code is expired, used or superseded, or whose challenge is gone', async () => {
      const refused = { refused: 'worthless' };
      const [used, replaced] = [await settled('failed'), await settled('failed')];
      await store().challenges.prove(used.challenge.id, START, [], []);
      await store().challenges.supersede(replaced.challenge.id);
      const expired = await settled('failed');
      const orphan = await settled('failed', { challengeId: freshId('gone') });
      for (const { message } of [used, replaced, orphan]) {
        expect(await store().outbox.retry(message.id, START)).to.deep.equal(refused);
      }
      expect(await store().outbox.retry(expired.message.id, expired.challenge.expiresAt)).to.deep.equal(refused);
      expect(await store().outbox.retry(freshId('message'), START)).to.deep.equal({ refused: 'unknown' });
      expect(await store().outbox.backlog()).to.equal(0);
    });

    it('is called once, however many ask and lease at the same time', async () => {
      const { message } = await settled('failed');
      const answers = await parallel(async (index) =>
        index % 2 === 0
          ? (await lease(`worker-${index}`)).length
          : 'retried' in (await store().outbox.retry(message.id, START))
            ? 'retried'
            : 0,
      );
      expect(count(answers, (answer) => answer === 1)).to.be.at.most(1);
      expect(count(answers, (answer) => answer === 'retried')).to.be.at.least(1);
      const [left] = await lease('last');
      const now = await store().outbox.find(message.id);
      expect([now?.state, now?.tries]).to.deep.equal(['leased', 2]);
      if (left !== undefined) expect(count(answers, (answer) => answer === 1)).to.equal(0);
    });
  });

  describe('outbox desk: giving up', () => {
    it('drops what waits, for good', async () => {
      const sent = await queued({ notBefore: START + MINUTE });
      const gone = { state: 'dropped', outcome: 'given up', leasedBy: null, leasedUntil: null } as const;
      const answer = await store().outbox.drop(sent.message.id, START, 'given up');
      expect(answer).to.deep.equal({ dropped: { ...sent.message, ...gone } });
      expect(await store().outbox.backlog()).to.equal(0);
      expect(await lease('worker', START + 2 * MINUTE)).to.deep.equal([]);
      expect(await store().outbox.drop(sent.message.id, START, 'given up')).to.deep.equal({ refused: 'settled' });
      expect((await store().challenges.find(sent.challenge.id))?.undelivered).to.equal(false);
    });

    it('leaves alone what a worker has, what is settled and what is not there', async () => {
      const { message } = await queued();
      await lease();
      const drop = (id: string, now = START) => store().outbox.drop(id, now, 'given up');
      expect(await drop(message.id)).to.deep.equal({ refused: 'in_work' });
      expect(await store().outbox.settle(message.id, 'worker', { state: 'accepted', outcome: '250' })).to.equal(true);
      expect(await drop(message.id)).to.deep.equal({ refused: 'settled' });
      expect(await drop((await settled('failed')).message.id)).to.deep.equal({ refused: 'settled' });
      expect(await drop(freshId('message'))).to.deep.equal({ refused: 'unknown' });
    });

    it('drops what a dead worker has left', async () => {
      const { message } = await queued();
      await lease('dead');
      const answer = await store().outbox.drop(message.id, START + MINUTE, 'given up');
      expect(answer).to.have.nested.property('dropped.state', 'dropped');
      expect(await store().outbox.settle(message.id, 'dead', { state: 'accepted', outcome: '250' })).to.equal(false);
    });

    it('either drops or leases a message, however many try both at the same time', async () => {
      for (let round = 0; round < 5; round += 1) {
        const sent = await queued();
        const answers = await parallel(async (index) =>
          index % 2 === 0
            ? (await lease(`worker-${index}`)).length === 1
              ? 'leased'
              : null
            : 'dropped' in (await store().outbox.drop(sent.message.id, START, 'given up'))
              ? 'dropped'
              : null,
        );
        const won = answers.filter((answer) => answer !== null);
        expect(won).to.have.length(1);
        expect(await stateOf(sent)).to.equal(won[0]);
      }
    });
  });

  it('outbox desk: giving up a notice gives up none of those that were queued with it', async () => {
    const notices = [0, 1, 2].map(() => messageOf(challengeOf(), { challengeId: null, template: 'notice' }));
    await store().outbox.add(notices);
    await store().outbox.drop(notices[0]?.id ?? '', START, 'given up');
    expect((await lease()).map((one) => one.message.id).sort()).to.deep.equal(idsOf(notices).slice(1).sort());
  });
}
