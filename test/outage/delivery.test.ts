import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { useDistantStore } from './distant-store.ts';

/** how soon a message leaves that is still worth having. */
const LEAVES_WITHIN = 10_000;

describeWithMongo('outage: messages and the store (R-77, R-79)', (server) => {
  let sink: SmtpSink;
  const distant = useDistantStore(server, async () => {
    sink = await startSmtpSink();
    return {
      SMTP_URL: sink.url,
      MAIL_TIMEOUT_SECONDS: '2',
      SMS_TIMEOUT_SECONDS: '2',
      DELIVERY_LEASE_SECONDS: '5',
      DELIVERY_RETRY_CAP_SECONDS: '2',
    };
  });
  after(() => sink.close());
  const { suite } = distant;

  async function ask(): Promise<string> {
    const [browser, address] = [suite.browser(), suite.address()];
    await suite.begin(browser);
    const page = await browser.submit('identifier-submit', { identifier: address });
    expect(page.has('code')).to.equal(true);
    return address;
  }
  const arrivedAt = (address: string) => sink.messages.filter(({ envelope }) => envelope.to.includes(address));

  it('go on where they were: those that waited leave, those in hand come twice at most, and as the same', async function resumed() {
    this.timeout(30_000);
    sink.setMode('tempfail');
    const waiting = [await ask(), await ask()];
    sink.setMode('accept');
    sink.setDelay(600);
    const before = sink.connections;
    const inHand = [await ask(), await ask()];
    while (sink.connections === before) await delay(5);
    await delay(100);
    await distant.line.set('cut');
    // They are taken now, and nobody can note it.
    while (inHand.some((address) => arrivedAt(address).length === 0)) await delay(20);
    sink.setDelay(0);
    await delay(300);
    await distant.line.set('open');
    const started = performance.now();
    await suite.delivered();
    expect(performance.now() - started).to.be.below(LEAVES_WITHIN);
    for (const address of [...waiting, ...inHand]) {
      const arrived = arrivedAt(address);
      expect(arrived.length, address).to.be.within(1, 2);
      expect(new Set(arrived.map(({ headers }) => headers['message-id'])).size).to.equal(1);
    }
  });
});
