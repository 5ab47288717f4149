import { expect } from 'chai';
import { createViews } from '../../src/adapters/views-eta/index.ts';
import type { Notice } from '../../src/domain/message.ts';
import type { MessageModels } from '../../src/ports/views/messages.ts';
import { descendants, parseHtml, visibleText } from '../support/html-document.ts';

const views = createViews();
const KINDS: readonly Notice['kind'][] = [
  'identifier_added',
  'identifier_removed',
  'primary_changed',
  'account_deleted',
];
const accountUrl = 'https://login.example.com/account';
const modelOf = (kind: Notice['kind'], identifier = 'a•••@e•••.org'): MessageModels['notice'] => ({
  notice: { kind, identifier },
  at: '2026-03-01T12:34:56Z',
  accountUrl,
});
const mail = (kind: Notice['kind'], locale = 'en', identifier?: string) =>
  views.message('email', 'notice', locale, 'Example Login', modelOf(kind, identifier));

/** 3GPP TS 23.038 §6.2.1; any other character halves what an SMS may hold. */
const SMS_ALPHABET = /^[@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;

describe('notices of changes to an account', () => {
  for (const locale of ['en', 'de', 'fr', 'es']) {
    for (const kind of KINDS) {
      it(`${kind} says the same in text and HTML (${locale})`, () => {
        const { subject, text, html } = mail(kind, locale);
        expect(subject).to.match(/^\p{L}.* · Example Login$/u);
        for (const content of [text, visibleText(parseHtml(html ?? ''))]) {
          for (const part of ['a•••@e•••.org', 'Example Login', '2026']) expect(content).to.include(part);
          expect(content).to.not.match(/undefined|null|NaN|\{|\}/);
          expect(content.includes(accountUrl)).to.equal(kind !== 'account_deleted');
        }
        expect(html).to.include(`<html lang="${locale}" dir="ltr"`);
      });

      it(`${kind} is one plain SMS (${locale})`, () => {
        const { subject, text, html } = views.message('sms', 'notice', locale, 'Countersign', modelOf(kind));
        expect({ subject, html }).to.deep.equal({ subject: '', html: null });
        expect(text).to.include('a***@e***.org').and.to.match(SMS_ALPHABET);
        expect(text.length).to.be.at.most(160);
        expect(text.includes(accountUrl)).to.equal(kind !== 'account_deleted');
      });
    }
  }

  for (const locale of ['en', 'de', 'fr', 'es']) {
    it(`say until when what was done with one factor does not count as the other (${locale})`, () => {
      const model = modelOf('identifier_added');
      const notice = { ...model.notice, heldUntil: Date.UTC(2031, 2, 4, 12) };
      const { text, html } = views.message('email', 'notice', locale, 'Example Login', { ...model, notice });
      for (const content of [text, visibleText(parseHtml(html ?? ''))]) expect(content).to.include('2031');
      const sms = views.message('sms', 'notice', locale, 'Countersign', { ...model, notice });
      expect(sms).to.deep.equal(views.message('sms', 'notice', locale, 'Countersign', model));
    });
  }

  it('reads as a letter', () => {
    expect(mail('identifier_removed').text).to.equal(
      [
        'a•••@e•••.org was removed from your account at Example Login. It can no longer be used to sign in.',
        'Mar 1, 2026, 12:34:56 PM UTC',
        '',
        'Was that you? Then there is nothing to do.',
        '',
        'It was not you? Then somebody else is signed in to your account. Sign in, end the sign-ins you do not know, and undo the change:',
        '',
        'https://login.example.com/account',
        '',
        '--',
        'Sent by Example Login because your account there was changed. It cannot be switched off, to keep you safe.',
      ].join('\n'),
    );
  });

  it('loads nothing from anywhere and links to the account only', () => {
    const elements = [...descendants(parseHtml(mail('primary_changed').html ?? ''))];
    for (const { name } of elements)
      expect(name).to.not.be.oneOf(['img', 'link', 'script', 'iframe', 'object', 'form']);
    const hrefs = elements.flatMap(({ attributes }) => attributes.get('href') ?? []);
    expect(hrefs).to.deep.equal([accountUrl, accountUrl]);
  });

  it('lets no identifier write headers, paragraphs or markup of its own (R-61)', () => {
    const hostile = 'a\r\nBcc: all@example.org\n\n<b onclick="x">+1</b>';
    const [plain, forged] = [mail('identifier_added'), mail('identifier_added', 'en', hostile)];
    expect(forged.subject).to.equal(plain.subject);
    expect(forged.text.split('\n')).to.have.length(plain.text.split('\n').length);
    const skeleton = (html: string | null): string[] => [...descendants(parseHtml(html ?? ''))].map(({ name }) => name);
    expect(skeleton(forged.html)).to.deep.equal(skeleton(plain.html));
  });
});
