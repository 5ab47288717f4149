import { expect } from 'chai';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { createClock, createLog, createRandom } from '../../src/adapters/system/index.ts';
import { createViews } from '../../src/adapters/views-eta/index.ts';
import type { OutgoingMessage, Sender } from '../../src/ports/sender.ts';
import type { Store } from '../../src/ports/store.ts';
import { createDelivery, type Delivery } from '../../src/services/messages/delivery.ts';
import { type ScratchFile, scratchFile } from '../contract/scratch-file.ts';
import { challengeOf, messageOf } from '../support/factories.ts';

const audit = { record: () => {}, count: () => {}, drain: async () => {} };
const HANDS = 2;

describe('delivery: hands and mailboxes', () => {
  let file: ScratchFile;
  let store: Store;
  let delivery: Delivery;
  let freed: number;
  const inTheMailbox = new Map<string, () => void>();

  const sender: Sender = {
    channel: 'email',
    send: ({ to }: OutgoingMessage) =>
      new Promise((resolve) => inTheMailbox.set(to, () => resolve({ outcome: 'accepted', detail: '250' }))),
    close: async () => {},
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** Ends with the test's own time limit when it never comes true. */
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await turn();
  };
  const queue = async (address: string): Promise<void> => {
    const now = Date.now();
    const challenge = challengeOf({
      identifier: { channel: 'email', value: address },
      createdAt: now,
      expiresAt: now + 60_000,
    });
    await store.challenges.open(challenge, messageOf(challenge, { createdAt: now, notBefore: now }), 1, []);
  };
  const deliverDue = (): Promise<boolean> =>
    delivery.deliverDue(() => {
      freed += 1;
    });

  beforeEach(async () => {
    file = scratchFile();
    freed = 0;
    inTheMailbox.clear();
    store = await openSqliteStore({ path: file.path });
    const { now } = createClock();
    delivery = createDelivery({
      locale: 'en',
      rules: { concurrency: HANDS, leaseSeconds: 30, pollMilliseconds: 50, retryFirstSeconds: 1, retryCapSeconds: 60 },
      service: 'Test',
      issuer: 'http://localhost:3000',
      smsText: null,
      store,
      challenges: { codeOf: () => '123456', linkOf: () => null } as never,
      clients: { find: async () => null } as never,
      senders: [sender],
      views: createViews(),
      audit,
      clock: { now },
      random: createRandom(),
      log: createLog({ level: 'silent' }),
    });
  });
  afterEach(async () => {
    await store.close();
    file.remove();
  });

  it('lets one slow mailbox hold up nobody else', async () => {
    for (const address of ['slow@example.org', 'first@example.org', 'second@example.org']) await queue(address);
    expect(await deliverDue()).to.equal(true);
    await until(() => inTheMailbox.size === HANDS);
    expect([...inTheMailbox.keys()].sort()).to.deep.equal(['first@example.org', 'slow@example.org']);
    expect(await deliverDue(), 'all hands are busy').to.equal(false);
    inTheMailbox.get('first@example.org')?.();
    await until(() => freed === 1);
    await deliverDue();
    await until(() => inTheMailbox.has('second@example.org'));
    for (const arrive of inTheMailbox.values()) arrive();
    await delivery.idle();
    expect(await store.outbox.backlog()).to.equal(0);
  });

  it('is idle only when everything that was begun is settled', async () => {
    await queue('only@example.org');
    await deliverDue();
    await until(() => inTheMailbox.has('only@example.org'));
    let idle = false;
    const waiting = delivery.idle().then(() => {
      idle = true;
    });
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(idle).to.equal(false);
    inTheMailbox.get('only@example.org')?.();
    await waiting;
    expect(await store.outbox.backlog()).to.equal(0);
  });
});
