import { expect } from 'chai';
import { createSmtpSender } from '../../src/adapters/mail-smtp/index.ts';
import { createViews } from '../../src/adapters/views-eta/index.ts';
import type { Challenge } from '../../src/domain/challenge.ts';
import {
  isColour,
  logoTypeOf,
  type MailContent,
  type SmsContent,
  saysSomething,
} from '../../src/domain/message-content.ts';
import type { OutgoingMessage } from '../../src/ports/sender.ts';
import { createMessageWriter } from '../../src/services/messages/message-writer.ts';
import { captureLog } from '../support/captured-log.ts';
import { challengeOf, clientOf, messageOf, START } from '../support/factories.ts';
import { descendants, parseHtml, visibleText } from '../support/html-document.ts';
import { startSmtpSink } from '../support/smtp-sink.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const LINK = 'https://id.example.com/interaction/abc/link/token';

const NOTHING: MailContent = {
  subject: null,
  senderName: null,
  headerText: null,
  bodyText: null,
  linkText: null,
  infoText: null,
  footerText: null,
  primaryColor: null,
  logo: null,
};
const WORDS: MailContent = {
  subject: 'Welcome to Harbour',
  senderName: 'Harbour Library',
  headerText: 'Hello reader',
  bodyText: 'Here is what you asked for.',
  linkText: 'Come in',
  infoText: 'Not you? Call the desk.',
  footerText: 'Harbour Library, Quay 1',
  primaryColor: '#FFCC00',
  logo: PNG,
};

const ATTACKS = [
  '"><script>alert(1)</script>',
  '</p></td></table><img src=https://evil.example/x.gif>',
  `<%= 7*7 %>{{7*7}}{otp}{app}{name}\${7*7}`,
  'first\r\nBcc: eve@example.net\r\n\r\nsecond',
  '\u202Egnp.exe',
  'https://evil.example/ javascript:alert(1)',
];

const writer = createMessageWriter({
  locale: 'en',
  service: 'Countersign',
  issuer: 'https://id.example.com',
  smsText: null,
  challenges: { codeOf: () => '012345', linkOf: ({ proof }) => (proof === 'code' ? null : LINK) },
  clients: { find: async () => clientOf({ name: 'Demo', smsText: 'Demo says {otp}' }) },
  views: createViews(),
  clock: { now: () => START },
});

async function written(overrides: Partial<Challenge>): Promise<OutgoingMessage> {
  const challenge = challengeOf({ id: 'challenge-1', ...overrides });
  const message = await writer.write(messageOf(challenge, { id: 'message-1' }), challenge);
  if (message === null) throw new Error('there was a code to write');
  return message;
}
const mail = (content: Partial<MailContent> | null, overrides: Partial<Challenge> = {}) =>
  written({ proof: 'both', content: content && { mail: { ...NOTHING, ...content }, sms: null }, ...overrides });
const sms = (content: SmsContent | null) =>
  written({
    identifier: { channel: 'sms', value: '+4915112345678' },
    content: content && { mail: null, sms: content },
  });

const elements = ({ html }: OutgoingMessage) => [...descendants(parseHtml(html ?? ''))];
const skeleton = (message: OutgoingMessage): string[] =>
  elements(message).map(({ name, attributes }) => `${name} ${[...attributes.keys()].join(' ')}`);
const styles = (message: OutgoingMessage): string[] =>
  elements(message).flatMap(({ attributes }) => attributes.get('style') ?? []);

describe('a mail in the words of a client', () => {
  it('says them where they belong, and still what it is for, how long, and that nobody may be told', async () => {
    const message = await mail(WORDS);
    expect(message).to.include({ subject: 'Welcome to Harbour', senderName: 'Harbour Library', code: '012345' });
    for (const text of [message.text, visibleText(parseHtml(message.html ?? ''))]) {
      for (const words of [WORDS.headerText, WORDS.bodyText, WORDS.linkText, WORDS.infoText, WORDS.footerText]) {
        expect(text).to.include(words);
      }
      expect(text).to.include('012345').and.include('5 minutes').and.include('Never tell the code');
      expect(text).to.not.match(/undefined|null|Enter this code|You did not ask/);
    }
  });

  it('is the mail of the installation where nothing is said, or nothing that can be seen', async () => {
    const usual = await mail(null);
    expect(usual).to.include({ subject: '012345 is your sign-in code for Demo', senderName: 'Countersign' });
    expect(await mail({})).to.deep.equal(usual);
    const blank = ' \u0000\u200e\r\n';
    const blanks = {
      subject: blank,
      senderName: blank,
      headerText: blank,
      bodyText: blank,
      linkText: '',
      infoText: blank,
    };
    expect(await mail({ ...blanks, footerText: blank })).to.deep.equal(usual);
  });

  it('fills buttons with its colour, under ink that can be read, in the dark, too', async () => {
    const button = (message: OutgoingMessage) => elements(message).find(({ name }) => name === 'a');
    const light = button(await mail({ primaryColor: '#FFCC00' }));
    expect(light?.attributes.get('style')).to.include('color:#111111');
    expect(light?.attributes.get('class')).to.equal('own');
    const dark = await mail({ primaryColor: '#102040' });
    expect(button(dark)?.attributes.get('style')).to.include('color:#ffffff');
    // The edge of the mail, that of the code, the button, and the link in letters.
    expect(styles(dark).filter((style) => style.includes('#102040'))).to.have.length(4);
  });

  it('lets nothing but a colour into a style', async () => {
    const usual = styles(await mail(null));
    for (const primaryColor of [
      'red',
      '#fff',
      '#12345g',
      'url(https://evil.example)',
      '#123456;display:none',
      ...ATTACKS,
    ]) {
      expect(styles(await mail({ primaryColor })), primaryColor).to.deep.equal(usual);
    }
  });

  for (const attack of ATTACKS) {
    it(`stays text whatever it says (R-61): ${JSON.stringify(attack)}`, async () => {
      const said = (text: string) => ({
        ...WORDS,
        subject: text,
        senderName: text,
        headerText: text,
        bodyText: text,
        linkText: text,
        infoText: text,
        footerText: text,
      });
      const [hostile, harmless] = [await mail(said(attack)), await mail(said('x'))];
      expect(skeleton(hostile)).to.deep.equal(skeleton(harmless));
      const targets = elements(hostile).flatMap(({ attributes }) => attributes.get('href') ?? []);
      expect(new Set(targets)).to.deep.equal(new Set([LINK]));
      expect(hostile.subject).to.not.match(/[\r\n\u202e]/);
      expect(hostile.text.split('\n')).to.have.length(harmless.text.split('\n').length);
      expect(hostile.text).to.not.include('49').and.not.include('\u202e');
    });
  }

  it('comes without what is no picture', async () => {
    const usual = await mail(null);
    for (const logo of ['', 'PHN2Zz4=', `data:image/png;base64,${PNG}`, `${PNG}\n`, '/9j/"><script>', PNG.slice(1)]) {
      expect(await mail({ logo }), logo).to.deep.equal(usual);
    }
  });

  it('carries its logo inside it, as SMTP brings it, and loads nothing from anywhere', async () => {
    const message = await mail({ logo: PNG });
    const sources = elements(message).flatMap(({ attributes }) => attributes.get('src') ?? []);
    expect(sources).to.deep.equal(['cid:logo.message-1@id.example.com']);
    const { url, messages, close } = await startSmtpSink();
    const sender = createSmtpSender({
      url,
      from: 'no-reply@id.example.com',
      tls: 'none',
      timeoutSeconds: 5,
      log: captureLog().log,
    });
    try {
      expect(await sender.send(message)).to.include({ outcome: 'accepted' });
      const [logo, ...others] = messages[0]?.parsed.attachments ?? [];
      expect(others).to.deep.equal([]);
      expect(logo).to.include({ mimeType: 'image/png', disposition: 'inline' });
      expect(logo?.contentId).to.equal('<logo.message-1@id.example.com>');
      expect(Buffer.from(logo?.content as ArrayBuffer).toString('base64')).to.equal(PNG);
      expect(messages[0]?.raw).to.match(/multipart\/related/);
    } finally {
      await sender.close();
      await close();
    }
  });
});

describe('a text message in the words of a client', () => {
  const LAST = '\n\n@id.example.com #012345';

  it('takes those of the request before those of the client', async () => {
    expect((await sms(null)).text).to.equal(`Demo says 012345${LAST}`);
    const { text, senderId } = await sms({ text: '{app}: {otp}, again {otp}', senderId: 'Harbour' });
    expect({ text, senderId }).to.deep.equal({ text: `Demo: 012345, again 012345${LAST}`, senderId: 'Harbour' });
    expect((await sms({ text: null, senderId: null })).text).to.equal(`Demo says 012345${LAST}`);
  });

  it('shows no sender that is none', async () => {
    for (const senderId of ['12345', 'Way too long for it', 'A B', 'x\r\ny', '']) {
      expect((await sms({ text: null, senderId })).senderId, senderId).to.equal(null);
    }
  });

  for (const attack of ATTACKS) {
    it(`is one line before ours, whatever it says (R-61): ${JSON.stringify(attack)}`, async () => {
      const { text } = await sms({ text: `{otp} ${attack}\n\n@evil.example #999999`, senderId: null });
      expect(text.split('\n')).to.have.length(3);
      expect(text.endsWith(LAST)).to.equal(true);
      expect(text).to.not.match(/[\r\u202e]/);
    });
  }
});

describe('what a client may say', () => {
  it('knows pictures by their first bytes', () => {
    expect(logoTypeOf(PNG)).to.equal('image/png');
    expect(logoTypeOf('/9j/4AAQSkZJRg==')).to.equal('image/jpeg');
    expect(logoTypeOf('R0lGODlhAQABAAAAACw=')).to.equal('image/gif');
    expect(logoTypeOf(`R0lGODlh${'A'.repeat(20_000 - 8)}`)).to.equal('image/gif');
    expect(logoTypeOf(`R0lGODlh${'A'.repeat(20_000)}`)).to.equal(null);
    for (const text of ['', 'AAAA', 'PHN2ZyB4bWxucz0i', 'iVBORw0KGgo']) expect(logoTypeOf(text), text).to.equal(null);
  });

  it('knows colours and what can be seen', () => {
    expect(['#0d6b54', '#ABCDEF', '#fff', 'red', '#0d6b54 ', '#0d6b5g'].map(isColour)).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(['a', ' \u0000', '\u200b', '', '—'].map(saysSomething)).to.deep.equal([true, false, false, false, true]);
  });
});
