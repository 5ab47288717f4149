import { createHmac } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import type { Browser } from '../support/browser.ts';
import { enterCode, readableText, useServer } from '../support/journey.ts';
import { type SeenRequest, type StandIn, startStandIn } from '../support/sms-stand-in.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';

const SECRET = 'a secret of the gateway, long enough';

interface Posted {
  readonly id: string;
  readonly to: string;
  readonly text: string;
  readonly expiresAt: string;
}

const posted = ({ body }: SeenRequest): Posted => JSON.parse(body) as Posted;
const codeIn = (request: SeenRequest): string => /#(\d{6})$/.exec(posted(request).text)?.[1] ?? '';

describe('journey: SMS over a signed webhook', () => {
  let gateway: StandIn;
  const suite = useServer(async () => {
    gateway = await startStandIn();
    const env = {
      SMS_URL: `webhook+${gateway.origin.replace('://', `://sms:${encodeURIComponent(SECRET)}@`)}/send`,
      DELIVERY_POLL_MILLISECONDS: '50',
      DELIVERY_RETRY_FIRST_SECONDS: '1',
    };
    return { env };
  });
  after(() => gateway.close());
  afterEach(() => gateway.conduct({ status: 202 }));

  /** A browser at the code page. */
  async function asked(number: string): Promise<Browser> {
    const browser = suite.browser();
    await suite.begin(browser);
    await browser.submit('identifier-submit', { identifier: number });
    expect(browser.page.has('code')).to.equal(true);
    return browser;
  }

  const requestsTo = (number: string): SeenRequest[] => gateway.seen.filter((request) => posted(request).to === number);

  async function arrived(number: string, count = 1): Promise<SeenRequest[]> {
    while (requestsTo(number).length < count) await setImmediate();
    return requestsTo(number);
  }

  async function untilSettled(state: string, work: () => Promise<unknown>): Promise<void> {
    const settled = (): number =>
      suite.server.logLines.filter((line) => line.includes('message settled') && line.includes(`"state":"${state}"`))
        .length;
    const before = settled();
    await work();
    while (settled() === before) await setImmediate();
  }

  it('carries the code, signed, to the gateway and nothing to the dev inbox', async () => {
    const number = suite.number();
    const browser = await asked(number);
    const [request] = (await arrived(number)) as [SeenRequest];
    const { headers, body } = request;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const signature = createHmac('sha256', SECRET).update(signed).digest('base64');
    expect(headers['webhook-signature']).to.equal(`v1,${signature}`);
    expect(posted(request)).to.include({ type: 'sms.send', id: headers['webhook-id'], from: null });
    expect(Date.parse(posted(request).expiresAt)).to.be.closeTo(Date.now() + 300_000, 5_000);
    await suite.delivered();
    expect(await suite.server.inbox(number)).to.deep.equal([]);
    await enterCode(browser, codeIn(request));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('is the same message when the gateway was away, after one more try (R-77)', async () => {
    const time = suite.freeze();
    const number = suite.number();
    gateway.conduct({ status: 500 }, { status: 202 });
    let browser = suite.browser();
    await untilSettled('queued', async () => {
      browser = await asked(number);
    });
    time.advance(1_000);
    const [first, second] = (await arrived(number, 2)) as [SeenRequest, SeenRequest];
    expect(second.headers['webhook-id']).to.equal(first.headers['webhook-id']);
    expect(posted(second)).to.deep.equal(posted(first));
    await suite.delivered();
    time.advance(60_000);
    expect(requestsTo(number)).to.have.length(2);
    await enterCode(browser, codeIn(second));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
  });

  it('is not tried again after a refusal for good; the page says so', async () => {
    const time = suite.freeze();
    const number = suite.number();
    gateway.conduct({ status: 422 });
    let browser = suite.browser();
    await untilSettled('failed', async () => {
      browser = await asked(number);
    });
    const [event] = await suite.events({ type: 'message.failed', clientId: 'demo' });
    expect(event?.reason).to.equal('422');
    expect(JSON.stringify(event)).not.to.contain(number);
    await browser.reload();
    expect(readableText(browser.page)).to.contain('could not be delivered');
    time.advance(60_000);
    await suite.delivered();
    expect(requestsTo(number)).to.have.length(1);
  });

  it('leaves mail where it was: in the dev inbox', async () => {
    const address = suite.address();
    await asked(address);
    expect(await suite.server.code(address)).to.match(/^\d{6}$/);
  });

  it('is not in the log: neither code nor number nor secret (R-65)', () => {
    const log = suite.server.logLines.join('');
    expect(log).to.contain('message settled');
    for (const request of gateway.seen) {
      // As a word: request ids may hold any six digits.
      expect(log).not.to.match(new RegExp(`\\b${codeIn(request)}\\b`));
      expect(log).not.to.contain(posted(request).to);
    }
    expect(log).not.to.contain(SECRET).and.not.to.contain(encodeURIComponent(SECRET));
  });

  it('goes over connections that end with the server', async () => {
    expect(await gateway.open()).to.be.greaterThan(0);
    await suite.server.server.close(true);
    while ((await gateway.open()) > 0) await setImmediate();
  });
});

describe('journey: mail over SMTP, SMS nowhere yet', () => {
  let sink: SmtpSink;
  const suite = useServer(async () => {
    sink = await startSmtpSink();
    return { env: { SMTP_URL: sink.url } };
  });
  after(() => sink.close());

  it('keeps text messages in the dev inbox, and says where that is', async () => {
    const [browser, number, address] = [suite.browser(), suite.number(), suite.address()];
    await suite.begin(browser);
    await browser.submit('identifier-submit', { identifier: number });
    await enterCode(browser, await suite.server.code(number));
    expect(browser.landedAt().searchParams.has('code')).to.equal(true);
    const other = suite.browser();
    await suite.begin(other);
    await other.submit('identifier-submit', { identifier: address });
    await sink.waitFor(address);
    expect(await suite.server.inbox(address)).to.deep.equal([]);
    expect(await (await fetch(suite.server.listening)).text()).to.include('/dev/inbox');
  });
});
