import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { VIEWS_DIRECTORY } from '../../src/adapters/views-eta/directory.ts';
import { ERROR_KINDS, errorKind } from '../../src/adapters/views-eta/error-kind.ts';
import { createPhrases, type Phrase } from '../../src/adapters/views-eta/phrases.ts';
import { loadTexts } from '../../src/adapters/views-eta/texts.ts';
import type { ProblemCode } from '../../src/domain/errors.ts';
import { lookupTag } from '../../src/domain/language-tag.ts';

const directory = join(VIEWS_DIRECTORY, 'locales');
const texts = loadTexts(directory);
const fileOf = (locale: string): Map<string, Phrase> =>
  new Map(
    Object.entries(JSON.parse(readFileSync(join(directory, `${locale}.json`), 'utf8')) as Record<string, Phrase>),
  );

/** A record, so that the compiler names a problem code that is missing here. */
const everyCode: Record<ProblemCode, true> = {
  identifier_invalid: true,
  identifier_taken: true,
  identifier_yours: true,
  identifier_last: true,
  country_not_supported: true,
  number_not_supported: true,
  sign_in_again: true,
  code_invalid: true,
  code_expired: true,
  code_exhausted: true,
  code_superseded: true,
  too_many_requests: true,
  resend_too_early: true,
  form_forged: true,
  interaction_expired: true,
  client_invalid: true,
  payload_too_large: true,
  request_invalid: true,
  caller_unknown: true,
  permission_missing: true,
  account_unknown: true,
  account_taken: true,
  version_conflict: true,
  redirect_uri_unknown: true,
  media_type_not_supported: true,
  session_unknown: true,
  second_factor_missing: true,
  organization_refused: true,
  account_disabled: true,
  account_email_missing: true,
  account_phone_missing: true,
  token_invalid: true,
  id_taken: true,
  declared_elsewhere: true,
  client_unverified: true,
  registrations_full: true,
  owner_last: true,
  key_waiting: true,
  key_in_use: true,
  message_in_work: true,
  message_settled: true,
  message_worthless: true,
  backup_elsewhere: true,
  version_outdated: true,
  not_found: true,
  method_not_allowed: true,
  store_unavailable: true,
  internal: true,
};

const forms = (phrase: Phrase | undefined): [string, string][] =>
  typeof phrase === 'string' ? [['', phrase]] : Object.entries(phrase ?? {});

const slots = (text: string): string[] => [...new Set(text.match(/\{[^}]*\}/g) ?? [])].sort();

const english = fileOf('en');

describe('locale files', () => {
  it('are there for the languages we speak', () => {
    expect(texts.locales).to.include.members(['en', 'de', 'fr', 'es']);
  });

  for (const locale of texts.locales) {
    const own = fileOf(locale);

    it(`${locale} has exactly the keys of en`, () => {
      expect([...own.keys()].sort()).to.deep.equal([...english.keys()].sort());
    });

    it(`${locale} has the placeholders of en in every text and every plural form`, () => {
      for (const [key, phrase] of english) {
        const expected = slots(forms(phrase)[0]?.[1] ?? '');
        for (const [form, text] of forms(own.get(key))) {
          expect(slots(text), `${key} ${form}`).to.deep.equal(expected);
          expect(text.trim(), `${key} ${form}`).to.not.equal('');
        }
      }
    });

    it(`${locale} has only plural forms of its language, and the one all numbers may fall back to`, () => {
      const known: readonly string[] = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
      for (const [key, phrase] of own) {
        expect(typeof phrase === 'string', key).to.equal(typeof english.get(key) === 'string');
        if (typeof phrase === 'string') continue;
        expect(known, key).to.include.members(Object.keys(phrase));
        expect(phrase, key).to.include.keys('one', 'other');
      }
    });
  }

  it('have a text for every problem, and no other problems', () => {
    const named = [...english.keys()].filter((key) => key.startsWith('problem.') && key !== 'problem.retry').sort();
    expect(named).to.deep.equal(
      Object.keys(everyCode)
        .map((code) => `problem.${code}`)
        .sort(),
    );
  });

  it('have a title and a text for every kind of error, whatever the error', () => {
    for (const kind of ERROR_KINDS) expect(english).to.include.keys(`error.${kind}.title`, `error.${kind}.text`);
    for (const error of [...Object.keys(everyCode), 'invalid_client', 'server_error', 'something_new']) {
      for (const status of [400, 403, 404, 405, 413, 422, 429, 500, 502, 503]) {
        expect(ERROR_KINDS).to.include(errorKind(status, error));
      }
    }
  });

  it('hold no text that nothing shows', () => {
    const source = readdirSync(VIEWS_DIRECTORY, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.eta'))
      .map((path) => join(VIEWS_DIRECTORY, path))
      .concat(join(import.meta.dirname, '../../src/adapters/views-eta/scope.ts'))
      .concat(join(import.meta.dirname, '../../src/adapters/views-eta/views.ts'))
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n');
    const families =
      /^(?:scope|claim|problem|expired\.(?:expired|cookies|used|changed|link)|error\.[a-z_]+|inbox\.channel|mail\.notice\.[a-z]+_[a-z]+|mail\.invitation\.invited_as_[a-z]+|sms\.notice)\./;
    const unused = [...english.keys()].filter((key) => !families.test(key) && !source.includes(`'${key}'`));
    expect(unused).to.deep.equal([]);
  });
});

describe('choice of a language (RFC 4647 §3.4)', () => {
  const known = ['en', 'de', 'zh-Hant', 'pt-BR'];

  it('shortens each wanted tag until there is a file for it', () => {
    expect(lookupTag(known, ['de-CH-1996', 'en'])).to.equal('de');
    expect(lookupTag(known, ['zh-hant-tw'])).to.equal('zh-Hant');
    expect(lookupTag(known, ['zh-Hant-x-private'])).to.equal('zh-Hant');
    expect(lookupTag(known, ['PT-br'])).to.equal('pt-BR');
  });

  it('takes the first tag that leads anywhere', () => {
    expect(lookupTag(known, ['it', 'nl-BE', 'de', 'en'])).to.equal('de');
  });

  it('knows no relatives and no wild cards', () => {
    expect(lookupTag(known, ['pt', 'zh', '*', ''])).to.equal(undefined);
  });

  it('speaks English where nothing else fits, and is quick about hostile tags', () => {
    expect(texts.lookup([])).to.equal('en');
    expect(texts.lookup(['-'.repeat(50_000), 'x'.repeat(50_000), '../../en', '__proto__'])).to.equal('en');
    expect(texts.speak('xx-YY').locale).to.equal('en');
    expect(texts.speak('fr-CA').locale).to.equal('fr');
  });
});

describe('phrases', () => {
  const base = new Map<string, Phrase>([
    ['hello', 'Hello {name}'],
    ['left', { one: '{count} try', other: '{count} tries' }],
  ]);
  const phrases = createPhrases(
    { locale: 'fr', catalogue: new Map([['hello', 'Bonjour {name}']]) },
    { locale: 'en', catalogue: base },
  );

  it('fall back to English for a missing text, with the plural rules of English', () => {
    expect(phrases.t('hello', { name: 'Ada' })).to.equal('Bonjour Ada');
    // French counts 0 as singular, English does not.
    expect(phrases.t('left', { count: 0 })).to.equal('0 tries');
    expect(phrases.t('left', { count: 1 })).to.equal('1 try');
  });

  it('name the key that no language has', () => {
    expect(() => phrases.t('nothing')).to.throw('no text for nothing');
    expect(phrases.has('nothing')).to.equal(false);
  });

  it('never read a value as a placeholder', () => {
    expect(phrases.t('hello', { name: '{count} {name} $& $1' })).to.equal('Bonjour {count} {name} $& $1');
  });

  it('keep values in their line and their direction', () => {
    expect(phrases.t('hello', { name: ' A\r\nBcc: b@example.org\u0000\u202Egnp\u2066 ' })).to.equal(
      'Bonjour A Bcc: b@example.org gnp',
    );
  });

  it('say when, in words of the language', () => {
    const say = (locale: string, seconds: number): string => texts.speak(locale).when(seconds);
    expect(say('en', 54)).to.equal('in 54 seconds');
    expect(say('en', 1)).to.equal('in 1 second');
    expect(say('en', 91)).to.equal('in 2 minutes');
    expect(say('en', 7200)).to.equal('in 2 hours');
    expect(say('de', 120)).to.equal('in 2 Minuten');
    expect(say('fr', 120)).to.equal('dans 2 minutes');
    expect(say('es', 120)).to.equal('dentro de 2 minutos');
  });

  it('round a wait up, so that nobody comes too early, and what runs out to the nearest', () => {
    expect(texts.speak('en').when(121)).to.equal('in 3 minutes');
    expect(texts.speak('en').left(299)).to.equal('in 5 minutes');
    expect(texts.speak('en').left(121)).to.equal('in 2 minutes');
  });

  it('show a date that is none as it is', () => {
    expect(texts.speak('en').date('yesterday')).to.equal('yesterday');
    expect(texts.speak('de').date('2026-03-01T12:34:56Z')).to.equal('01.03.2026, 12:34:56 UTC');
    expect(texts.speak('fr').day('2026-03-01T23:34:56Z')).to.equal('1 mars 2026');
    expect(texts.speak('fr').day('hier')).to.equal('hier');
  });
});
