import { expect } from 'chai';
import type { OutgoingMessage, Sender } from '../../src/ports/sender.ts';
import { type CapturedLog, captureLog } from '../support/captured-log.ts';
import { type Answer, type StandIn, startStandIn } from '../support/sms-stand-in.ts';

export const NOW = Date.UTC(2026, 2, 1, 12, 34, 56, 789);

export const SMS: OutgoingMessage = {
  messageId: '<Zm9v-YmFy_1@login.example.com>',
  to: '+4915112345678',
  notAfter: NOW + 300_000,
  senderName: 'Example Shop',
  subject: '',
  text: '123456 ist Ihr Code für Example & Söhne = gut\n\n@login.example.com #123456',
  html: null,
  images: [],
  senderId: null,
  code: '123456',
  link: null,
};

/** A sender at a stand-in, and what it logs. */
export interface Subject {
  send(change?: Partial<OutgoingMessage>): ReturnType<Sender['send']>;
  readonly lines: readonly string[];
}

export interface SenderSuite {
  provider(): StandIn;
  open(options?: { readonly origin?: string; readonly timeoutSeconds?: number }): Promise<Subject>;
}

type Make = (options: {
  readonly origin: string;
  readonly timeoutSeconds: number;
  readonly log: CapturedLog['log'];
}) => Sender | Promise<Sender>;

/** A stand-in before each test; everything is closed after it. */
export function useProvider(make: Make): SenderSuite {
  const opened: { close(): unknown }[] = [];
  let provider: StandIn;
  beforeEach(async () => {
    provider = await startStandIn();
    opened.push(provider);
  });
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });
  return {
    provider: () => provider,
    async open({ origin = provider.origin, timeoutSeconds = 2 } = {}) {
      const { log, lines } = captureLog();
      const sender = await make({ origin, timeoutSeconds, log });
      opened.push(sender);
      expect(sender.channel).to.equal('sms');
      return { send: (change) => sender.send({ ...SMS, ...change }), lines };
    },
  };
}

/**
 * What every sender of text messages must do with a line that misbehaves.
 *
 * @param taken what this provider says when it has taken a message
 * @param secrets that must be in no log line
 */
export function behavesOnABadLine(suite: SenderSuite, taken: Answer, secrets: readonly string[]): void {
  const REDIRECT: Answer = { status: 307, headers: { location: '/elsewhere' } };

  for (const [what, conduct, outcome, detail] of [
    ['silence', 'silent', 'transient', /^ETIMEDOUT$/],
    ['a broken connection', 'drop', 'transient', /^ECONNRESET$/],
    ['a redirect', REDIRECT, 'transient', /^307\b/],
    ['500', { status: 500 }, 'transient', /^500\b/],
    ['503 with a page for people', { status: 503, body: '<html>+4915112345678</html>' }, 'transient', /^503\b/],
    ['429', { status: 429, headers: { 'retry-after': '1' } }, 'transient', /^429\b/],
    ['400 without a word', { status: 400 }, 'permanent', /^400\b/],
    ['a body that takes its time after 200', 'slow-body', 'accepted', /^20\d\b/],
    ['a body without end after 200', 'huge-body', 'accepted', /^20\d\b/],
    ['a body that breaks off after 200', 'broken-body', 'accepted', /^20\d\b/],
  ] as const) {
    it(`${what} is ${outcome}, after one request`, async () => {
      suite.provider().conduct(conduct);
      const { send, lines } = await suite.open({
        timeoutSeconds: conduct === 'silent' || conduct === 'slow-body' ? 0.2 : 2,
      });
      const started = performance.now();
      const result = await send();
      expect(performance.now() - started).to.be.lessThan(2_000);
      expect(result.outcome).to.equal(outcome);
      expect(result.detail).to.match(detail);
      expect(suite.provider().seen).to.have.length(1);
      expect(result.detail + lines.join('')).not.to.match(/49151|123456|Söhne/);
    });
  }

  it('nobody there is transient', async () => {
    const { send } = await suite.open();
    await suite.provider().close();
    expect(await send()).to.deep.equal({ outcome: 'transient', detail: 'ECONNREFUSED' });
  });

  for (const to of [
    '015112345678',
    '+49 151 12345678',
    'tel:+4915112345678',
    '+4915112345678,+4915112345679',
    'a@b.example',
    '+0123456789',
  ]) {
    it(`nothing goes to ${to} (R-27)`, async () => {
      const { send } = await suite.open();
      expect(await send({ to })).to.deep.equal({ outcome: 'permanent', detail: 'recipient not canonical' });
      expect(suite.provider().connections()).to.equal(0);
    });
  }

  it('what an operator has to repair is logged, without number, text or secret (R-65)', async () => {
    suite.provider().conduct({ status: 401, body: 'your token' });
    const { send, lines } = await suite.open();
    const { outcome, detail } = await send();
    expect(outcome).to.equal('transient');
    expect(lines.join('')).to.include('text messages cannot leave').and.include(detail);
    for (const secret of [...secrets, SMS.to, '123456']) expect(lines.join('')).not.to.include(secret);
  });

  it('a bad moment is not worth a warning', async () => {
    suite.provider().conduct({ status: 503 }, taken);
    const { send, lines } = await suite.open();
    expect((await send()).outcome).to.equal('transient');
    expect((await send()).outcome).to.equal('accepted');
    expect(lines).to.deep.equal([]);
  });
}
