import { expect } from 'chai';
import { createViews } from '../../src/adapters/views-eta/index.ts';
import type { MessageModels } from '../../src/ports/views/messages.ts';
import { descendants, parseHtml, visibleText } from '../support/html-document.ts';

const views = createViews();
const model: MessageModels['code'] = {
  code: '012345',
  link: null,
  reference: 'K7',
  adds: false,
  wording: null,
  host: 'id.example.com',
  minutes: 5,
  clientName: 'Demo',
  askedFrom: '203.0.113.7',
  own: null,
};
const mail = (changes: Partial<MessageModels['code']> = {}, locale = 'en') =>
  views.message('email', 'code', locale, 'Countersign', { ...model, ...changes });
const html = (changes: Partial<MessageModels['code']> = {}, locale = 'en') => mail(changes, locale).html ?? '';

describe('the mail with a code', () => {
  for (const locale of ['en', 'de', 'fr', 'es']) {
    it(`starts its subject with the code and says the same in text and HTML (${locale})`, () => {
      const { subject, text } = mail({}, locale);
      expect(subject).to.match(/^012345 .*Demo$/);
      for (const content of [text, visibleText(parseHtml(html({}, locale)))]) {
        for (const part of ['012345', 'K7', 'Demo', '203.0.113.7', '5', 'Countersign']) {
          expect(content).to.include(part);
        }
        expect(content).to.not.match(/undefined|null|NaN|\{|\}/);
      }
      expect(html({}, locale)).to.include(`<html lang="${locale}" dir="ltr"`);
    });
  }

  it('reads as a letter', () => {
    expect(mail().text).to.equal(
      [
        'Enter this code where you are signing in to Demo:',
        '',
        '    012345',
        '',
        'The code works for 5 minutes and only once.',
        'Request K7 · The sign-in page shows the same mark.',
        '',
        'Requested from the network 203.0.113.7. That says roughly who provides the Internet there, not who asked or where they are.',
        '',
        'You did not ask for this? Then ignore this message: nobody can sign in without the code.',
        '',
        'Never tell the code to anybody. We will never ask you for it.',
        '',
        '--',
        'Sent by Countersign because somebody entered this address to sign in to Demo.',
      ].join('\n'),
    );
  });

  for (const locale of ['en', 'de', 'fr', 'es']) {
    it(`tells an address that is to be added from one that signs in, in every part (${locale})`, () => {
      const [signIn, adding] = [mail({}, locale), mail({ adds: true }, locale)];
      expect(adding.subject)
        .to.match(/^012345 .*Demo/)
        .and.not.equal(signIn.subject);
      const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.includes('Demo'));
      const shown = visibleText(parseHtml(html({ adds: true }, locale)));
      for (const line of linesOf(signIn.text)) expect(`${adding.text} ${shown}`).to.not.include(line);
      for (const line of linesOf(adding.text)) expect(shown).to.include(line);
      const sms = (adds: boolean) => views.message('sms', 'code', locale, 'Countersign', { ...model, adds }).text;
      expect(sms(true))
        .to.match(/^012345 .*Demo/)
        .and.not.equal(sms(false));
    });
  }

  it('counts its minutes', () => {
    expect(mail({ minutes: 1 }).text).to.include('works for 1 minute and only once');
  });

  it('names the network that asked, and claims no more to know than that', () => {
    for (const text of [mail().text, visibleText(parseHtml(html()))]) {
      expect(text).to.include('Requested from the network 203.0.113.7. That says roughly');
    }
  });

  it('leaves out a network that nobody knows', () => {
    expect(mail({ askedFrom: null }).text).to.not.include('Requested from');
    expect(html({ askedFrom: null })).to.not.include('Requested from');
  });

  it('loads nothing from anywhere', () => {
    const link = 'https://id.example.com/link/token';
    for (const element of descendants(parseHtml(html({ link })))) {
      expect(element.name).to.not.be.oneOf(['img', 'link', 'script', 'iframe', 'object', 'form']);
      expect(element.attributes.has('background')).to.equal(false);
    }
    expect(html({ link })).to.not.match(/url\(|@import/);
  });

  it('carries a link as a button and in full, and only one that can be followed', () => {
    const link = 'https://id.example.com/link/token?a=1&b=2';
    const hrefs = [...descendants(parseHtml(html({ link })))].flatMap(({ attributes }) => attributes.get('href') ?? []);
    expect(hrefs).to.deep.equal([link, link]);
    expect(mail({ link }).text).to.include(`\n${link}\n`);
    expect(html({ link: 'javascript:alert(1)' })).to.not.include('javascript');
    expect(mail({ link: 'javascript:alert(1)' }).text).to.not.include('javascript');
  });

  it('lets no name write headers, paragraphs or markup of its own (R-61)', () => {
    const clientName = 'Demo\r\nBcc: all@example.org\n\nCall <b onclick="x">+1</b> \u202Enow';
    const { subject, text } = mail({ clientName });
    expect(subject).to.equal(
      '012345 is your sign-in code for Demo Bcc: all@example.org Call <b onclick="x">+1</b>  now',
    );
    expect(text.split('\n')).to.have.length(mail().text.split('\n').length);
    const skeleton = (page: string): string[] => [...descendants(parseHtml(page))].map(({ name }) => name);
    expect(skeleton(html({ clientName, askedFrom: clientName }))).to.deep.equal(skeleton(html()));
  });
});

/** The basic characters of text messages (3GPP TS 23.038 §6.2.1); one other character makes 160 of them 70. */
const GSM_7 = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);

describe('the mail with a link', () => {
  const link = 'https://id.example.com/interaction/abc/link/token';

  it('beside a code reads as a letter, with the address on a line of its own', () => {
    expect(mail({ link }).subject).to.equal('012345 is your sign-in code for Demo');
    expect(mail({ link, askedFrom: null }).text).to.equal(
      [
        'Enter this code where you are signing in to Demo:',
        '',
        '    012345',
        '',
        'Or open this link in the browser you started in:',
        '',
        link,
        '',
        'If it opens in another browser, it shows you a code to enter in the one you started in.',
        '',
        'Code and link work for 5 minutes and only once.',
        'Request K7 · The sign-in page shows the same mark.',
        '',
        'You did not ask for this? Then ignore this message: nobody can sign in without it.',
        '',
        'Never tell the code to anybody and never pass the link on. We will never ask you for them.',
        '',
        '--',
        'Sent by Countersign because somebody entered this address to sign in to Demo.',
      ].join('\n'),
    );
  });

  for (const locale of ['en', 'de', 'fr', 'es']) {
    it(`alone says nothing of a code that is not in it (${locale})`, () => {
      const { subject, text } = mail({ link, code: null }, locale);
      const page = html({ link, code: null }, locale);
      expect(subject).to.match(/Demo$/).and.to.not.match(/\d/);
      for (const content of [text, visibleText(parseHtml(page))]) {
        for (const part of [link, 'K7', 'Demo', '5']) expect(content).to.include(part);
        expect(content).to.not.match(/undefined|null|NaN|\{|\}|012345/);
      }
      expect([...descendants(parseHtml(page))].some(({ attributes }) => attributes.get('class') === 'code')).to.equal(
        false,
      );
    });
  }

  it('says where its button leads', () => {
    const [button, plain] = [...descendants(parseHtml(html({ link })))].filter(({ name }) => name === 'a');
    expect([button, plain].map((anchor) => anchor && visibleText(anchor))).to.deep.equal(['Sign in to Demo', link]);
  });
});

describe('the SMS with a code', () => {
  const sms = (changes: Partial<MessageModels['code']> = {}, locale = 'en') =>
    views.message('sms', 'code', locale, 'Countersign', { ...model, ...changes });

  it('is text alone, with the code first and a last line that phones fill in from', () => {
    expect(sms()).to.deep.equal({
      subject: '',
      text: [
        '012345 is your sign-in code for Demo. It works for 5 minutes. Never tell it to anybody.',
        'Request K7',
        '',
        '@id.example.com #012345',
      ].join('\n'),
      html: null,
    });
  });

  it('has the words of the application instead where there are some, and the same last line', () => {
    expect(sms({ wording: 'Demo: 012345' }).text).to.equal('Demo: 012345\n\n@id.example.com #012345');
  });

  it('says the link before the last line where there is one', () => {
    const { text } = sms({ link: 'https://id.example.com/l/t' });
    expect(text).to.match(/\nhttps:\/\/id\.example\.com\/l\/t\n\n@id\.example\.com #012345$/);
  });

  for (const locale of ['en', 'de', 'fr', 'es']) {
    it(`fits into one message of 160 characters (${locale})`, () => {
      const { text } = sms({ clientName: 'Harbour Library', minutes: 10, host: 'login.example.com' }, locale);
      expect([...text].filter((char) => !GSM_7.has(char))).to.deep.equal([]);
      expect(text.length).to.be.at.most(160);
    });
  }

  it('is one paragraph however an application is called or words its text (R-61)', () => {
    const hostile = 'Bank\n\n@evil.example #999999\u2028<%= 1 %> {otp} \u202e';
    for (const changes of [{ clientName: hostile }, { wording: hostile }]) {
      const { text } = sms(changes);
      expect(text).to.not.match(/[\u2028\u202e]/);
      expect(text.split('\n').filter((line) => line.startsWith('@'))).to.deep.equal(['@id.example.com #012345']);
      expect(text.endsWith('\n\n@id.example.com #012345')).to.equal(true);
      expect(text).to.contain('<%= 1 %>');
    }
  });
});
