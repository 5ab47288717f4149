import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, readableText, useServer } from '../support/journey.ts';
import { type SmtpSink, type SunkMessage, startSmtpSink } from '../support/smtp-sink.ts';

const codeIn = ({ subject }: SunkMessage): string => /^\d{6}/.exec(subject)?.[0] ?? '';

describe('journey: mail over a real SMTP conversation', () => {
  let sink: SmtpSink;
  const suite = useServer(async () => {
    sink = await startSmtpSink();
    const env = {
      SMTP_URL: sink.url,
      MAIL_FROM: 'Example Login <login@example.com>',
      MAIL_TIMEOUT_SECONDS: '1',
      DELIVERY_POLL_MILLISECONDS: '50',
      DELIVERY_RETRY_FIRST_SECONDS: '1',
    };
    return { env };
  });
  after(() => sink.close());
  afterEach(() => {
    sink.setMode('accept');
    sink.setDelay(0);
  });

  /** A browser at the code page. */
  async function asked(address: string): Promise<Browser> {
    const browser = suite.browser();
    await suite.begin(browser);
    await browser.submit('identifier-submit', { identifier: address });
    expect(browser.page.has('code')).to.equal(true);
    return browser;
  }

  const settled = (state: string): number =>
    suite.server.logLines.filter((line) => line.includes('message settled') && line.includes(`"state":"${state}"`))
      .length;

  /** What is asked for ends once more in this state. */
  async function untilSettled(state: string, work: () => Promise<unknown>): Promise<void> {
    const before = settled(state);
    await work();
    while (settled(state) === before) await setImmediate();
  }

  it('carries the code in the subject, as text and as HTML, to one recipient', async () => {
    const address = suite.address();
    const browser = await asked(address.toUpperCase());
    const message = await sink.waitFor(address);
    const code = codeIn(message);
    expect(code).to.match(/^\d{6}$/);
    expect(message.subject).to.equal(`${code} is your sign-in code for Demo`);
    expect(message.text).to.contain(code).and.to.contain(browser.page.textOf('reference'));
    expect(message.html).to.contain(code);
    expect(message.envelope).to.deep.equal({ from: 'login@example.com', to: [address] });
    expect(message.parsed.to?.map((to) => to.address)).to.deep.equal([address]);
    expect(message.parsed.from).to.include({ address: 'login@example.com', name: 'Countersign' });
    expect(message.headers['auto-submitted']).to.equal('auto-generated');
    expect(message.headers['message-id']).to.match(/^<[\w-]+@localhost>$/);
    expect(message.headers).not.to.have.any.keys('cc', 'bcc', 'reply-to');
    await enterCode(browser, code);
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('is the same message when it has to be sent twice, and keeps no browser waiting (R-77, R-78)', async () => {
    const address = suite.address();
    // The server gives up after two seconds; the message has arrived all the same, and only the answer is lost.
    sink.setDelay(3_000);
    const started = performance.now();
    let browser = suite.browser();
    await untilSettled('queued', async () => {
      browser = await asked(address);
      expect(performance.now() - started).to.be.below(1_500);
    });
    sink.setDelay(0);
    const [first, second] = [await sink.waitFor(address), await sink.waitFor(address, 2)];
    expect(second.headers['message-id']).to.equal(first.headers['message-id']);
    expect(codeIn(second)).to.equal(codeIn(first));
    await enterCode(browser, codeIn(first));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
    await suite.delivered();
    expect(sink.messages.filter(({ envelope }) => envelope.to.includes(address))).to.have.length(2);
  }).timeout(15_000);

  it('is tried again after a refusal that may pass, with growing waits', async () => {
    const time = suite.freeze();
    const address = suite.address();
    sink.setMode('tempfail');
    await untilSettled('queued', async () => asked(address));
    for (const seconds of [1, 2, 4]) await untilSettled('queued', async () => time.advance(seconds * 1000));
    sink.setMode('accept');
    time.advance(8_000);
    expect(codeIn(await sink.waitFor(address))).to.match(/^\d{6}$/);
    await suite.delivered();
    expect(sink.messages.filter(({ envelope }) => envelope.to.includes(address))).to.have.length(1);
  });

  it('is not tried again after a refusal for good; the page says so and sends anew when asked (wish 10)', async () => {
    const time = suite.freeze();
    const address = suite.address();
    sink.setMode('reject');
    const browser = suite.browser();
    await untilSettled('failed', async () => {
      await suite.begin(browser);
      await browser.submit('identifier-submit', { identifier: address });
    });
    const [event] = await suite.events({ type: 'message.failed', clientId: 'demo' });
    expect(event?.reason).to.contain('550');
    expect(JSON.stringify(event)).not.to.contain(address);
    await browser.reload();
    expect(readableText(browser.page)).to.contain('could not be delivered');
    sink.setMode('accept');
    time.advance(30_000);
    await suite.delivered();
    expect(sink.messages.some(({ envelope }) => envelope.to.includes(address))).to.equal(false);
    await browser.click('code-resend');
    await enterCode(browser, codeIn(await sink.waitFor(address)));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('is only sent after an outage when it is still worth having (R-78)', async () => {
    const time = suite.freeze();
    const [expired, replaced, current, live] = ['a', 'b', 'c', 'd'].map((name) => suite.address(name)) as Four;
    sink.setMode('drop');
    await untilSettled('queued', async () => asked(expired));
    await untilSettled('queued', async () => time.advance(240_000));
    await untilSettled('queued', async () => {
      const browser = await asked(replaced);
      await browser.click('code-change');
      await browser.submit('identifier-submit', { identifier: current });
    });
    await untilSettled('queued', async () => asked(live));
    time.advance(61_000);
    sink.setMode('accept');
    // A try that was under way when the outage ended has its wait before it.
    const arrived = Promise.all([sink.waitFor(current), sink.waitFor(live)]).then(() => true);
    while (!(await Promise.race([arrived, pause(100, false)]))) time.advance(1_000);
    while ((await suite.server.server.store.outbox.backlog()) > 0) {
      time.advance(1_000);
      await setImmediate();
    }
    const reached = sink.messages.flatMap(({ envelope }) => envelope.to);
    expect(reached).to.include.members([current, live]);
    expect(reached).not.to.include(expired);
    expect(reached).not.to.include(replaced);
    expect(settled('dropped')).to.be.at.least(2);
  });

  it('is not in the log: neither code nor address (R-65)', () => {
    const log = suite.server.logLines.join('');
    expect(log).to.contain('message settled');
    for (const message of sink.messages) {
      // As a word: request ids may hold any six digits.
      expect(log).not.to.match(new RegExp(`\\b${codeIn(message)}\\b`));
      expect(log).not.to.contain(message.envelope.to[0]);
    }
  });

  it('waits in the store for a server that is not running, and is sent once', async () => {
    const time = suite.freeze();
    const address = suite.address();
    sink.setMode('tempfail');
    const browser = suite.browser();
    await untilSettled('queued', async () => {
      await suite.begin(browser);
      await browser.submit('identifier-submit', { identifier: address });
    });
    sink.setMode('accept');
    time.advance(5_000);
    await suite.restart();
    const code = codeIn(await sink.waitFor(address));
    await suite.delivered();
    await suite.restart();
    await suite.delivered();
    expect(sink.messages.filter(({ envelope }) => envelope.to.includes(address))).to.have.length(1);
    await enterCode(browser, code);
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });
});

type Four = [string, string, string, string];
