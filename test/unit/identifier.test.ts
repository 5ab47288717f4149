import { expect } from 'chai';
import fc from 'fast-check';
import { isProblem } from '../../src/domain/errors.ts';
import { parseEmail } from '../../src/domain/identifier.ts';

const value = (input: unknown): string => parseEmail(input).value;

/** Whether the input is refused the way every edge understands. */
function isRefused(input: unknown): boolean {
  try {
    parseEmail(input);
    return false;
  } catch (error) {
    if (isProblem(error, 'identifier_invalid')) return true;
    throw error;
  }
}

const accepted: readonly (readonly [string, string])[] = [
  ['a@example.com', 'a@example.com'],
  [' A@Example.COM ', 'a@example.com'],
  ['\ta@example.com\r\n', 'a@example.com'],
  ["o'hara+tag/x=1!#$%&*?^_`{|}~-@example.com", "o'hara+tag/x=1!#$%&*?^_`{|}~-@example.com"],
  ['first.last@sub.domain.example', 'first.last@sub.domain.example'],
  ['a@1-2.example', 'a@1-2.example'],
  ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
  ['a@BÜCHER.example', 'a@xn--bcher-kva.example'],
  ['a@bu\u0308cher.example', 'a@xn--bcher-kva.example'],
  ['a@faß.example', 'a@xn--fa-hia.example'],
  ['a@例え.テスト', 'a@xn--r8jz45g.xn--zckzah'],
  ['a@example。com', 'a@example.com'],
  [`${'l'.repeat(64)}@example.com`, `${'l'.repeat(64)}@example.com`],
  [`a@${'d'.repeat(63)}.example`, `a@${'d'.repeat(63)}.example`],
];

const refused: Readonly<Record<string, readonly unknown[]>> = {
  'what is no string (R-26, CVE-2023-7028)': [
    undefined,
    null,
    0,
    true,
    ['a@example.com'],
    ['a@example.com', 'b@example.com'],
    { value: 'a@example.com' },
    { $ne: null },
    Object('a@example.com'),
    { toString: () => 'a@example.com' },
  ],
  'more than one address': [
    'a@example.com,b@example.com',
    'a@example.com, b@example.com',
    'a@example.com;b@example.com',
    'a@example.com b@example.com',
    'a@example.com\nb@example.com',
    'a@b@example.com',
    'a@example.com@evil.example',
    'group:a@example.com;',
  ],
  'quoted strings, comments, names and brackets (R-27, CVE-2025-13033)': [
    '"a b"@example.com',
    '"a@evil.example"@example.com',
    '"a@evil.example x"@example.com',
    '"a"@example.com',
    'a\\@evil@example.com',
    'a(comment)@example.com',
    'a@(comment)example.com',
    'a@example.com(comment)',
    '<a@example.com>',
    'A <a@example.com>',
    'a@[127.0.0.1]',
    'a@[IPv6:::1]',
    'a@example.com>',
  ],
  'white space and control characters inside': [
    'a b@example.com',
    'a@exam ple.com',
    'a @example.com',
    'a@ example.com',
    'a\t@example.com',
    'a\u00a0b@example.com',
    'a@exa\u2003mple.com',
    'a\u0000@example.com',
    'a@exam\u0000ple.com',
    'a@example.com\u0000',
    'a\u007f@example.com',
    'a@exam\u0085ple.com',
    'a\r\nRCPT TO:<evil@example.com>@example.com',
    'a@example.com\r\nBcc: evil@example.com',
  ],
  'local parts that are no dot-atom': [
    '',
    ' ',
    '@',
    '@example.com',
    'a',
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    'a:b@example.com',
    'a,b@example.com',
    `${'l'.repeat(65)}@example.com`,
  ],
  'letters beyond ASCII before the @ (R-28, CVE-2019-19844)': [
    'müller@example.com',
    'mu\u0308ller@example.com',
    '\u0430dmin@example.com',
    '\u212Aate@example.com',
    'kate\u212A@example.com',
    'dot\u0131@example.com',
    '\u017Fam@example.com',
    '\u1fefa@example.com',
    'ａ@example.com',
    'a\u200b@example.com',
    '\u202ea@example.com',
    'a＠example.com',
    'a﹫example.com',
  ],
  'domains that are none': [
    'a@',
    'a@com',
    'a@.com',
    'a@example.',
    'a@example.com.',
    'a@example..com',
    'a@-example.com',
    'a@example-.com',
    'a@ex_ample.com',
    'a@127.0.0.1',
    'a@0x7f.1',
    'a@2130706433',
    'a@example.123',
    'a@example.com:25',
    'a@example.com/x',
    'a@example.com?x',
    'a@example.com#x',
    'a@example.com%00.evil.example',
    'a@%65xample.com',
    'a@exam＠ple.com',
    'a@example／x.com',
    'a@exa;mple.com',
    'a@xn--\u00fc.example',
    `a@${'d'.repeat(64)}.example`,
    `a@${'d.'.repeat(126)}example`,
  ],
  'more than 320 characters, even where most are white (R-23)': [`${' '.repeat(320)}a@example.com`, ' '.repeat(50_000)],
};

describe('identifier: e-mail addresses', () => {
  for (const [input, canonical] of accepted) {
    it(`reads ${JSON.stringify(input)} as ${canonical}`, () => {
      expect(parseEmail(input)).to.deep.equal({ channel: 'email', value: canonical });
    });
  }

  for (const [kind, inputs] of Object.entries(refused)) {
    it(`refuses ${kind}`, () => {
      for (const input of inputs) expect(isRefused(input), String(JSON.stringify(input))).to.equal(true);
    });
  }

  it('takes at most 254 characters in all (RFC 5321 §4.5.3.1.3)', () => {
    const ofLength = (total: number): string => {
      const domain = `${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(total - 64 - 1 - 64 - 64 - 3)}.ex`;
      return `${'l'.repeat(64)}@${domain}`;
    };
    expect(ofLength(254)).to.have.lengthOf(254);
    expect(value(ofLength(254))).to.equal(ofLength(254));
    expect(isRefused(ofLength(255))).to.equal(true);
  });

  it('measures the length after the domain became A-labels', () => {
    const label = String.fromCharCode(...Array.from({ length: 14 }, (_, index) => 0x4e00 + index * 997));
    expect(value(`a@${label}.example`).length).to.be.above(50);
    const address = `a@${Array(6).fill(label).join('.')}.example`;
    expect(address.length).to.be.below(100);
    expect(isRefused(address)).to.equal(true);
  });

  const atom = fc.string({ unit: fc.constantFrom(..."abzAZ09!#$%&'*+/=?^_`{|}~-"), minLength: 1, maxLength: 10 });
  const label = fc.string({ unit: fc.constantFrom(...'azAZ09üßé例'), minLength: 1, maxLength: 8 });
  const address = fc
    .tuple(fc.array(atom, { minLength: 1, maxLength: 4 }), fc.array(label, { minLength: 1, maxLength: 3 }))
    .map(([local, domain]) => `${local.join('.')}@${domain.join('.')}.example`);

  it('is idempotent: a canonical address is its own canonical form (R-17)', () => {
    fc.assert(
      fc.property(address, fc.constantFrom('', ' ', '\n'), (text, space) => {
        const once = value(space + text + space);
        expect(value(once)).to.equal(once);
        expect(once).to.match(/^[!-~]+$/);
        expect(once).to.equal(once.replace(/[A-Z]/, ''));
      }),
    );
  });

  it('gives one identity to every spelling in ASCII case', () => {
    fc.assert(
      fc.property(address, (text) => {
        const swapped = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
        expect(value(swapped)).to.equal(value(text));
      }),
    );
  });

  it('either refuses or answers one plain address, whatever comes (R-27)', () => {
    const piece = fc.constantFrom(
      'a',
      '@',
      '.',
      ',',
      '"',
      '<',
      '>',
      '(',
      '\\',
      ' ',
      '\r\n',
      '\0',
      'é',
      '\u212a',
      'xn--',
      '%',
      ':',
      '[',
      '例',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const input = `${pieces.join('')}b.example`;
        if (isRefused(input)) return;
        expect(value(input)).to.match(/^[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9.-]+$/);
      }),
      { numRuns: 1000 },
    );
  });
});
