import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import { isProblem } from '../../src/domain/errors.ts';
import { type Country, isCountry, numberFacts, parsePhone, readableNumber } from '../../src/domain/phone.ts';

const value = (input: unknown, country: Country | null = 'GB'): string => parsePhone(input, country).value;

/** Whether the input is refused the way every edge understands. */
function isRefused(input: unknown, country: Country | null = 'GB'): boolean {
  try {
    parsePhone(input, country);
    return false;
  } catch (error) {
    if (isProblem(error, 'identifier_invalid')) return true;
    throw error;
  }
}

const spellings: Readonly<Record<string, readonly (readonly [string, Country | null])[]>> = {
  '+447400123456': [
    ['+447400123456', null],
    ['+44 7400 123456', 'DE'],
    ['  +44 7400 123456\t', null],
    ['0044 7400 123456', 'GB'],
    ['0044 7400 123456', 'US'],
    ['0044 7400 123456', 'AU'],
    ['0044 7400 123456', null],
    ['011 44 7400 123456', 'US'],
    ['0011 44 7400 123456', 'AU'],
    ['+44 (0)7400 123456', null],
    ['07400 123456', 'GB'],
    ['(07400) 123-456', 'GB'],
    ['07400.123.456', 'GB'],
    ['07400/123456', 'GB'],
    ['07400\u2011123\u2011456', 'GB'],
    ['07400\u2013123456', 'GB'],
    ['07400\u00a0123\u202f456', 'GB'],
    ['\uff0b\uff14\uff14\uff17\uff14\uff10\uff10\uff11\uff12\uff13\uff14\uff15\uff16', null],
    ['\uff10\uff17\uff14\uff10\uff10 123456', 'GB'],
    ['\u0660\u0667\u0664\u0660\u0660 \u0661\u0662\u0663\u0664\u0665\u0666', 'GB'],
    ['\u06f0\u06f0\u06f4\u06f4 \u06f7\u06f4\u06f0\u06f0 \u06f1\u06f2\u06f3\u06f4\u06f5\u06f6', 'US'],
  ],
  '+4915112345612': [
    ['+49 1511 2345612', null],
    ['01511 2345612', 'DE'],
    ['0049 (0) 1511 / 2345612', 'FR'],
  ],
  // Where the zero belongs to the number, and where a prefix of the exchange does not.
  '+390669812345': [
    ['06 6981 2345', 'IT'],
    ['+39 06 69812345', null],
  ],
  '+79123456789': [['8 (912) 345-67-89', 'RU']],
  '+5491123456789': [
    ['+54 11 15 2345 6789', null],
    ['+54 9 11 2345-6789', null],
  ],
  '+12025550123': [
    ['(202) 555-0123', 'US'],
    ['1 202 555 0123', 'CA'],
  ],
};

const refused: Readonly<Record<string, readonly unknown[]>> = {
  'what is no string (R-26)': [undefined, null, 447400123456, ['+447400123456'], { value: '+447400123456' }, true],
  'nothing much': ['', ' ', '+', '0', '00', '()', '+ ', '-', '٠', '\u0000'],
  'more than one number': [
    '+447400123456,+447400123457',
    '+447400123456;+447400123457',
    '+447400123456\n+447400123457',
    '+447400123456 +447400123457',
    '+44++7400123456',
  ],
  'extensions, schemes and parameters': [
    '+44 7400 123456 ext 5',
    '+44 7400 123456 x5',
    '+44 7400 123456#5',
    '+44 7400 123456;ext=5',
    'tel:+447400123456',
    'sms:+447400123456?body=x',
  ],
  'letters and addresses': ['0800 FLOWERS', '+44740012345a', 'a@example.org', '+447400123456@example.org', '０x10'],
  'what could hide something': [
    '\u202e+447400123456',
    '+44\u200b7400123456',
    '+447400\u0000123456',
    '+447400123456\u2069',
  ],
  'numbers that cannot be': [
    '+44 7400 12345',
    '+44 7400 1234567890',
    '+999 123456789',
    '123',
    '112',
    '+1 202 155 0123',
  ],
  'numbers that nobody has (Ofcom keeps them for films)': ['+44 7700 900123'],
};

describe('phone numbers (R-29)', () => {
  for (const [canonical, written] of Object.entries(spellings)) {
    it(`${canonical} is one number in ${written.length} spellings`, () => {
      for (const [text, country] of written) expect(value(text, country), text).to.equal(canonical);
    });
  }

  for (const [what, inputs] of Object.entries(refused)) {
    it(`refuses ${what}`, () => {
      for (const input of inputs) expect(isRefused(input), JSON.stringify(input)).to.equal(true);
    });
  }

  it('takes a number without a country code only where a country is said', () => {
    expect(isRefused('07400 123456', null)).to.equal(true);
    expect(isRefused('07400 123456', 'US')).to.equal(true);
  });

  it('is of the channel sms', () => {
    expect(parsePhone('+447400123456', null)).to.deep.equal({ channel: 'sms', value: '+447400123456' });
  });

  it('answers 50 KB of anything at once (R-23)', () => {
    const hostile = ['0', '+', ' ', '(', '-', '٠', '＋', '+44 7400 123456 ', '0'.repeat(39), '\u202e', '\ufdfa'];
    const started = performance.now();
    for (const piece of hostile) {
      expect(isRefused(piece.repeat(50_000 / piece.length)), piece).to.equal(true);
      expect(isRefused(piece.repeat(40).slice(0, 40)), piece).to.equal(true);
    }
    expect(performance.now() - started).to.be.below(200);
  });
});

describe('phone numbers: whatever is written', () => {
  const countries = fc.constantFrom<(Country | null)[]>('GB', 'DE', 'US', 'FR', 'IT', 'AU', 'BR', 'RU', null);
  const numberLike = fc.string({ unit: fc.constantFrom(...'0123456789+ ()-./٠٤７０'), maxLength: 45 });

  it('is refused or becomes E.164 that is the same when read again, from anywhere', () => {
    fc.assert(
      fc.property(fc.oneof(numberLike, fc.string({ unit: 'binary' })), countries, countries, (text, here, there) => {
        if (isRefused(text, here)) return;
        const canonical = value(text, here);
        expect(canonical).to.match(/^\+[1-9]\d{5,14}$/);
        expect(value(canonical, there)).to.equal(canonical);
        expect(value(readableNumber(canonical), there)).to.equal(canonical);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('phone numbers: what they cost (R-18)', () => {
  const costly: Readonly<Record<string, string>> = {
    premium: '+49 900 1234567',
    'premium in the US': '+1 900 555 0100',
    'premium in France': '+33 8 99 12 34 56',
    'shared cost': '+49 180 5 123456',
    'toll-free': '+49 800 1234567',
    'toll-free in the US': '+1 800 555 0199',
    'international toll-free': '+800 1234 5678',
    personal: '+44 70 1234 5678',
    'company wide': '+44 30 1234 5678',
  };
  for (const [kind, number] of Object.entries(costly)) {
    it(`${kind}: ${number} is sent nothing`, () => {
      expect(numberFacts(value(number, null)).textable).to.equal(false);
    });
  }

  it('mobile numbers, and those that may be mobile, are sent texts', () => {
    for (const number of ['+447400123456', '+12025550123', '+4915112345612', '+33612345678', '+41791234567']) {
      expect(numberFacts(number).textable, number).to.equal(true);
    }
  });

  it('the country is that of the number, not of the calling code', () => {
    const countries = ['+447400123456', '+447911123456', '+12423651234', '+77011234567', '+12025550123'];
    expect(countries.map((number) => numberFacts(number).country)).to.deep.equal(['GB', 'GG', 'BS', 'KZ', 'US']);
  });

  it('satellites and networks of the world are in no country', () => {
    for (const number of ['+870773111632', '+883510012345678', '+8821612345678']) {
      expect(numberFacts(value(number, null)).country, number).to.equal(null);
    }
  });

  it('the prefix is the number without its last four digits', () => {
    expect(numberFacts('+447400123456').prefix).to.equal('+44740012');
  });
});

describe('phone numbers: countries and looks', () => {
  it('are readable in groups; what is no number stays as it is', () => {
    expect(readableNumber('+4915112345612')).to.equal('+49 1511 2345612');
    expect(readableNumber('+12025550123')).to.equal('+1 202 555 0123');
    expect(readableNumber('something else')).to.equal('something else');
  });

  it('countries are codes of ISO 3166-1 and nothing that an object has anyway', () => {
    expect(['DE', 'GB', 'XK'].every(isCountry)).to.equal(true);
    expect(['de', 'UK', '', 'EU', 'constructor', '__proto__', 'toString', '001'].some(isCountry)).to.equal(false);
  });

  it('loading what is known of all numbers takes no noticeable part of a start', () => {
    const file = fileURLToPath(new URL('../../src/domain/phone.ts', import.meta.url));
    const script = `const began = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - began);`;
    const ms = Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }));
    expect(ms).to.be.within(0, 1_000);
  });
});
