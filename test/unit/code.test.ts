import { expect } from 'chai';
import fc from 'fast-check';
import {
  type CodeBinding,
  type CodeShape,
  codeMatches,
  DIGITS,
  deriveCode,
  deriveLinkToken,
  normalizeCode,
} from '../../src/domain/code.ts';

const PEPPER = Buffer.alloc(32, 7);
const SIX: CodeShape = { alphabet: DIGITS, length: 6 };
const BINDING: CodeBinding = { nonce: 'nonce', id: 'id', purpose: 'sign-in', channel: 'email' };

/** Where alphabets that are larger than what people type start. */
const FIRST = 0x4e00;

const characters = (count: number): string =>
  String.fromCharCode(...Array.from({ length: count }, (_, index) => FIRST + index));

const ALPHABETS: Readonly<Record<string, string>> = {
  'ten digits': DIGITS,
  '31 characters': 'ABCDEFGHJKLMNPQRSTUVWXYZ2345678',
  '32 characters': 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789',
  '62 characters': `${DIGITS}ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz`,
  'two characters': 'ab',
  '129 characters': characters(129),
};

/** Codes of many challenges that differ in their nonce only; the same in each run. */
const codes = (count: number, shape: CodeShape): string[] =>
  Array.from({ length: count }, (_, index) => deriveCode(PEPPER, { ...BINDING, nonce: `n${index}` }, shape));

/** Pearson's statistic against the uniform distribution over `bins`. */
function chiSquare(samples: Iterable<string>, bins: readonly string[]): number {
  const counts = new Map(bins.map((bin) => [bin, 0]));
  let total = 0;
  for (const sample of samples) {
    counts.set(sample, (counts.get(sample) ?? 0) + 1);
    total += 1;
  }
  const expected = total / bins.length;
  return [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** The value that uniform samples exceed once in a thousand (Wilson and Hilferty's approximation). */
function bound(bins: number): number {
  const freedom = bins - 1;
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + 3.09 * Math.sqrt(spread)) ** 3;
}

describe('code: uniform over the whole space (R-01)', () => {
  it('is measured by a statistic that sees the bias of a plain remainder', () => {
    const bytes = codes(6000, { alphabet: characters(256), length: 30 }).join('');
    const remainders = [...bytes].map((byte) => String((byte.charCodeAt(0) - FIRST) % 10));
    expect(chiSquare(remainders, [...DIGITS])).to.be.above(bound(10));
  });

  for (const [name, alphabet] of Object.entries(ALPHABETS)) {
    it(`favours no character of ${name}, anywhere in the code`, () => {
      const shape = { alphabet, length: 30 };
      const sample = codes(6000, shape);
      expect(chiSquare(sample.join(''), [...alphabet])).to.be.below(bound(alphabet.length));
      for (let at = 0; at < 6; at += 1) {
        const column = sample.map((code) => code.charAt(at));
        expect(chiSquare(column, [...alphabet]), `position ${at}`).to.be.below(bound(alphabet.length));
      }
    });
  }

  it('reaches every code, the first and the last too, all equally often', () => {
    const every = Array.from({ length: 1000 }, (_, index) => String(index).padStart(3, '0'));
    const sample = codes(12_000, { alphabet: DIGITS, length: 3 });
    expect(new Set(sample)).to.have.property('size', 1000);
    expect(chiSquare(sample, every)).to.be.below(bound(1000));
  });

  it('gives six digits between 000000 and 999999, a tenth of them with a leading zero', () => {
    const sample = codes(8000, SIX);
    expect(sample.every((code) => /^\d{6}$/.test(code))).to.equal(true);
    const zeros = sample.filter((code) => code.startsWith('0')).length / sample.length;
    expect(zeros).to.be.within(0.09, 0.11);
    const sorted = sample.map(Number).sort((a, b) => a - b);
    expect(sorted.at(0)).to.be.below(1000);
    expect(sorted.at(-1)).to.be.above(998_999);
  });

  it('is as long as asked for, beyond one block of the MAC', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (length) => {
        const code = deriveCode(PEPPER, BINDING, { alphabet: DIGITS, length });
        expect(code).to.match(/^\d+$/).and.to.have.lengthOf(length);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses alphabets that no byte can be fair to, instead of searching for ever', () => {
    for (const alphabet of ['', '0', 'x'.repeat(257)]) {
      expect(() => deriveCode(PEPPER, BINDING, { alphabet, length: 6 })).to.throw(RangeError);
    }
  });
});

describe('code: bound to its challenge (R-06)', () => {
  const field = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
  const binding = fc.record({ nonce: field, id: field, purpose: field, channel: field });
  const long: CodeShape = { alphabet: DIGITS, length: 40 };

  it('is the same for the same challenge, so that a resend repeats it (R-05)', () => {
    fc.assert(
      fc.property(binding, (one) => {
        expect(deriveCode(PEPPER, { ...one }, SIX)).to.equal(deriveCode(PEPPER, { ...one }, SIX));
        expect(deriveLinkToken(PEPPER, { ...one })).to.equal(deriveLinkToken(PEPPER, { ...one }));
      }),
    );
  });

  it('changes with every field and with the pepper', () => {
    fc.assert(
      fc.property(binding, fc.constantFrom('nonce', 'id', 'purpose', 'channel'), field, (one, name, value) => {
        fc.pre(one[name as keyof CodeBinding] !== value);
        const other = { ...one, [name]: value };
        expect(deriveCode(PEPPER, other, long)).not.to.equal(deriveCode(PEPPER, one, long));
        expect(deriveLinkToken(PEPPER, other)).not.to.equal(deriveLinkToken(PEPPER, one));
      }),
    );
    const other = Buffer.alloc(32, 8);
    expect(deriveCode(other, BINDING, long)).not.to.equal(deriveCode(PEPPER, BINDING, long));
    expect(deriveLinkToken(other, BINDING)).not.to.equal(deriveLinkToken(PEPPER, BINDING));
  });

  it('has no second challenge whose fields run together to the same text', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, maxLength: 30 }),
        fc.array(fc.nat(30), { minLength: 6, maxLength: 6 }),
        (text, cuts) => {
          const [one, other] = [cutAt(text, cuts.slice(0, 3)), cutAt(text, cuts.slice(3))];
          const same = JSON.stringify(one) === JSON.stringify(other);
          expect(deriveLinkToken(PEPPER, one) === deriveLinkToken(PEPPER, other)).to.equal(same);
          expect(deriveCode(PEPPER, one, long) === deriveCode(PEPPER, other, long)).to.equal(same);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('shares nothing with the link token of the same challenge', () => {
    const token = deriveLinkToken(PEPPER, BINDING);
    expect(Buffer.from(token, 'base64url')).to.have.lengthOf(32);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const digest = Buffer.from(token, 'base64url');
    const asCode = [...digest].map((byte) => alphabet[byte % 64]).join('');
    expect(deriveCode(PEPPER, BINDING, { alphabet, length: 32 })).not.to.equal(asCode);
  });

  function cutAt(text: string, cuts: readonly number[]): CodeBinding {
    const [a = 0, b = 0, c = 0] = [...cuts].sort((x, y) => x - y);
    return { nonce: text.slice(0, a), id: text.slice(a, b), purpose: text.slice(b, c), channel: text.slice(c) };
  }
});

describe('code: what a person types', () => {
  const letters: CodeShape = { alphabet: 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789', length: 8 };

  for (const typed of [
    '123456',
    ' 123 456 ',
    '123-456',
    '123\u2011456',
    '1.2.3.4.5.6',
    '１２３４５６',
    '123\u00a0456\n',
    '\t12 34 56',
  ]) {
    it(`reads ${JSON.stringify(typed)} as 123456`, () => {
      expect(normalizeCode(typed, SIX)).to.equal('123456');
    });
  }

  it('folds case only where the alphabet has one', () => {
    expect(normalizeCode('abcd-efgh', letters)).to.equal('ABCDEFGH');
    expect(normalizeCode('aBc', { alphabet: 'abcABC', length: 3 })).to.equal('aBc');
  });

  it('keeps whatever does not belong, so that the comparison fails', () => {
    for (const typed of ['12345６x', '12345٦', '123456\u0000', '+123456', '123,456', "123456'"]) {
      expect(codeMatches(PEPPER, '123456', normalizeCode(typed, SIX)), JSON.stringify(typed)).to.equal(false);
    }
  });

  it('takes nothing but strings of a sane length (R-23, R-26)', () => {
    for (const input of [
      undefined,
      null,
      123456,
      ['123456'],
      { $ne: null },
      true,
      '1'.repeat(257),
      '1'.repeat(50_000),
    ]) {
      expect(normalizeCode(input, SIX)).to.equal('');
    }
  });

  it('does not care where a code was broken up', () => {
    const separator = fc.constantFrom('', ' ', '-', '\u2013', '.', '\u00a0', '\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...letters.alphabet), separator), { maxLength: 12 }), (parts) => {
        const code = parts.map(([char]) => char).join('');
        expect(normalizeCode(parts.flat().join(''), letters)).to.equal(code);
        expect(normalizeCode(code, letters)).to.equal(code);
      }),
    );
  });

  it('matches the derived code and nothing else (R-08)', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (expected, typed) => {
        expect(codeMatches(PEPPER, expected, expected)).to.equal(true);
        expect(codeMatches(PEPPER, expected, typed)).to.equal(expected === typed);
      }),
    );
    expect(codeMatches(PEPPER, '123456', '')).to.equal(false);
    expect(codeMatches(PEPPER, '123456', '1234567')).to.equal(false);
  });
});
