import { createServer, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect } from 'chai';
import { createSmtpSender } from '../../src/adapters/mail-smtp/index.ts';
import type { OutgoingMessage, Sender } from '../../src/ports/sender.ts';
import { captureLog } from '../support/captured-log.ts';
import { LOCALHOST_CERTIFICATE } from '../support/localhost-certificate.ts';
import { type SinkOptions, type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';

const MESSAGE: OutgoingMessage = {
  messageId: 'Zm9vYmFy-1',
  to: 'ada@example.org',
  notAfter: Date.UTC(2100, 0),
  senderName: 'Example Shop',
  subject: '123456 is your code',
  text: 'Your code is 123456.',
  html: '<p>Your code is <b>123456</b>.</p>',
  images: [],
  senderId: null,
  code: '123456',
  link: null,
};

describe('mail over SMTP', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  async function sink(options?: SinkOptions): Promise<SmtpSink> {
    const started = await startSmtpSink(options);
    open.push(started);
    return started;
  }

  function sender(url: string, options: { tls?: 'required' | 'opportunistic' | 'none'; timeoutSeconds?: number } = {}) {
    const { log, lines } = captureLog();
    const from = 'Countersign <no-reply@login.example.com>';
    const made: Sender = createSmtpSender({ url, from, tls: 'opportunistic', timeoutSeconds: 5, log, ...options });
    open.push(made);
    const send = (change: Partial<OutgoingMessage> = {}) => made.send({ ...MESSAGE, ...change });
    return { send, lines };
  }

  describe('a message', () => {
    it('has one recipient, one sender, both texts and the headers of an automatic mail', async () => {
      const { url, messages } = await sink();
      expect(await sender(url).send()).to.deep.equal({ outcome: 'accepted', detail: '250' });
      const [message] = messages;
      expect(message?.envelope).to.deep.equal({ from: 'no-reply@login.example.com', to: ['ada@example.org'] });
      expect(message?.headers).to.include({
        from: 'Example Shop <no-reply@login.example.com>',
        to: 'ada@example.org',
        'message-id': '<Zm9vYmFy-1@login.example.com>',
        'auto-submitted': 'auto-generated',
        'x-auto-response-suppress': 'All',
      });
      expect(message?.headers).to.have.property('date');
      expect(message?.headers['content-type']).to.match(/^multipart\/alternative/);
      expect(message?.subject).to.equal(MESSAGE.subject);
      expect(message?.text.trim()).to.equal(MESSAGE.text);
      expect(message?.html?.trim()).to.equal(MESSAGE.html);
      expect(message?.raw).not.to.match(/nodemailer/i);
    });

    it('keeps its Message-ID over retries', async () => {
      const { url, messages } = await sink();
      const { send } = sender(url);
      await send();
      await send();
      expect(new Set(messages.map(({ headers }) => headers['message-id']))).to.have.length(1);
    });

    it('says who it is from when it brings no name, and carries any script', async () => {
      const { url, messages } = await sink();
      await sender(url).send({ senderName: '', subject: 'Код 123456 — מזהה', html: null });
      expect(messages[0]?.parsed.from).to.deep.include({ name: 'Countersign' });
      expect(messages[0]).to.include({ subject: 'Код 123456 — מזהה', html: null });
    });

    it('lets no text begin a header of its own (R-61)', async () => {
      const { url, messages } = await sink();
      const forged = 'x\r\nBcc: eve@example.net\r\n\r\nbody';
      await sender(url).send({ subject: forged, senderName: forged, messageId: `a>${forged}` });
      expect(messages).to.have.length(1);
      expect(messages[0]?.envelope.to).to.deep.equal(['ada@example.org']);
      expect(messages[0]?.headers).not.to.have.property('bcc');
      expect(messages[0]?.text.trim()).to.equal(MESSAGE.text);
    });

    it('reaches an address with every character it may have, unchanged (R-27)', async () => {
      const { url, messages } = await sink();
      const to = "a!#$%&'*+/=?^_`{|}~-.b@xn--bcher-kva.example";
      expect(await sender(url).send({ to })).to.include({ outcome: 'accepted' });
      expect(messages[0]?.envelope.to).to.deep.equal([to]);
    });

    for (const to of [
      'ada@example.org,eve@example.net',
      'ada@example.org eve@example.net',
      '"ada@example.org"@example.net',
      'Ada <ada@example.org>',
      'ada@example.org>\r\nRCPT TO:<eve@example.net',
      'Ada@Example.org',
      'group:ada@example.org;',
    ]) {
      it(`does not go to ${JSON.stringify(to)}`, async () => {
        const { url, messages, connections } = await sink();
        expect(await sender(url).send({ to })).to.deep.equal({
          outcome: 'permanent',
          detail: 'recipient not canonical',
        });
        expect(messages).to.deep.equal([]);
        expect(connections).to.equal(0);
      });
    }
  });

  describe('what the server says', () => {
    for (const [mode, outcome, detail] of [
      ['tempfail', 'transient', '451 4.3.0 RCPT TO'],
      ['reject', 'permanent', '550 5.1.1 RCPT TO'],
      ['refuse-data', 'permanent', '554 5.7.1 DATA'],
      ['drop', 'transient', 'ECONNECTION CONN'],
    ] as const) {
      it(`${mode} is ${outcome}, told in codes`, async () => {
        const server = await sink();
        server.setMode(mode);
        const { send, lines } = sender(server.url);
        expect(await send()).to.deep.equal({ outcome, detail });
        expect(lines.join('')).not.to.include('example.org');
        server.setMode('accept');
        expect(await send()).to.include({ outcome: 'accepted' });
        expect(server.messages).to.have.length(1);
      });
    }

    it('nothing is transient, and does not take longer than it may', async () => {
      const server = await sink();
      server.setMode('silent');
      const started = performance.now();
      expect(await sender(server.url, { timeoutSeconds: 0.2 }).send()).to.deep.equal({
        outcome: 'transient',
        detail: 'ETIMEDOUT CONN',
      });
      expect(performance.now() - started).to.be.lessThan(1000);
    });

    it('a little again and again is cut off too', async () => {
      const tarpit: Server = createServer((socket) => {
        const timer = setInterval(() => socket.write('220-wait\r\n'), 50);
        socket.on('close', () => clearInterval(timer)).on('error', () => {});
      });
      await new Promise<void>((resolve) => tarpit.listen(0, '127.0.0.1', resolve));
      open.push({ close: () => new Promise((resolve) => tarpit.close(() => resolve())) });
      const address = tarpit.address();
      const port = typeof address === 'object' ? address?.port : 0;
      expect(await sender(`smtp://127.0.0.1:${port}`, { timeoutSeconds: 0.2 }).send()).to.include({
        outcome: 'transient',
      });
    });

    it('no connection is transient', async () => {
      const server = await startSmtpSink();
      await server.close();
      expect(await sender(server.url).send()).to.deep.equal({ outcome: 'transient', detail: 'ESOCKET CONN' });
    });

    it('a slow answer is waited for', async () => {
      const server = await sink({ delayMs: 100 });
      expect(await sender(server.url).send()).to.include({ outcome: 'accepted' });
    });
  });

  describe('login', () => {
    const login = { user: 'mailer', pass: 'p@ss/w:rd' };

    it('is taken from the URL', async () => {
      const server = await sink({ login });
      expect(await sender(server.url).send()).to.include({ outcome: 'accepted' });
    });

    it('that is wrong or missing is transient and shouts, without saying what it was', async () => {
      const server = await sink({ login });
      const wrong = sender(server.url.replace('mailer', 'somebody'));
      expect(await wrong.send()).to.deep.equal({ outcome: 'transient', detail: '535 5.7.8 AUTH' });
      expect(wrong.lines.join(''))
        .to.include('EAUTH')
        .and.not.match(/somebody|p@ss|p%40ss|c29tZWJvZHk|example\.org/);
      const missing = sender(server.url.replace(/\/\/.*@/, '//'));
      expect(await missing.send()).to.include({ outcome: 'transient' });
      expect(server.messages).to.deep.equal([]);
    });
  });

  describe('TLS (R-74)', () => {
    const trust = async (run: () => Promise<void>): Promise<void> => {
      const before = getCACertificates('default');
      setDefaultCACertificates([...before, LOCALHOST_CERTIFICATE]);
      try {
        await run();
      } finally {
        setDefaultCACertificates(before);
      }
    };

    for (const tls of ['starttls', 'implicit'] as const) {
      it(`required takes ${tls} with a trusted certificate`, () =>
        trust(async () => {
          const server = await sink({ tls });
          expect(await sender(server.url, { tls: 'required' }).send()).to.include({ outcome: 'accepted' });
          expect(server.messages[0]?.secure).to.equal(true);
        }));

      it(`required keeps the message when the certificate of ${tls} is not trusted`, async () => {
        const server = await sink({ tls });
        const { send, lines } = sender(server.url, { tls: 'required' });
        expect(await send()).to.include({ outcome: 'transient' });
        expect(server.messages).to.deep.equal([]);
        expect(lines.join('')).not.to.include('example.org');
      });

      it(`opportunistic takes ${tls} whatever the certificate`, async () => {
        const server = await sink({ tls });
        expect(await sender(server.url).send()).to.include({ outcome: 'accepted' });
        expect(server.messages[0]?.secure).to.equal(true);
      });
    }

    it('required never falls back when STARTTLS is not offered, nor gives the login away', async () => {
      const login = { user: 'mailer', pass: 'secret' };
      const server = await sink({ login });
      expect(await sender(server.url, { tls: 'required' }).send()).to.include({ outcome: 'transient' });
      expect(server.messages).to.deep.equal([]);
    });

    it('none does not ask', async () => {
      const server = await sink({ tls: 'starttls' });
      expect(await sender(server.url, { tls: 'none' }).send()).to.include({ outcome: 'accepted' });
      expect(server.messages[0]?.secure).to.equal(false);
    });
  });

  it('keeps its connections open, and opens no more than it may', async () => {
    const server = await sink();
    const { send } = sender(server.url);
    const results = await Promise.all(Array.from({ length: 40 }, (_, index) => send({ messageId: `m${index}` })));
    expect(results.every(({ outcome }) => outcome === 'accepted')).to.equal(true);
    expect(server.connections).to.be.within(1, 8);
    expect(await server.waitFor('ada@example.org', 40)).to.have.property('secure', false);
  });
});
