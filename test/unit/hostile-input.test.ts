import { expect } from 'chai';
import { networkOf } from '../../src/domain/budget.ts';
import { DIGITS, normalizeCode } from '../../src/domain/code.ts';
import { isProblem } from '../../src/domain/errors.ts';
import { maskIdentifier, parseEmail } from '../../src/domain/identifier.ts';
import { formActionSource, redirectUriFault } from '../../src/domain/redirect-uri.ts';

const SIZE = 50_000;

/** what an endpoint may take for 50 KB. */
const LIMIT_MS = 200;

const fill = (text: string): string => text.repeat(Math.ceil(SIZE / text.length)).slice(0, SIZE);

const strings: Readonly<Record<string, string>> = {
  letters: fill('a'),
  digits: fill('1'),
  'at signs': fill('@'),
  dots: fill('.'),
  'dotted pairs': fill('a.'),
  colons: fill(':'),
  'double colons': fill('1::'),
  'mapped addresses': `::ffff:${fill('1')}`,
  'dotted digits after a colon': `:${fill('1.1')}`,
  slashes: fill('/'),
  'dot segments': `https://a.example${fill('/..x')}`,
  'encoded dots': `https://a.example${fill('/%2e')}`,
  percents: fill('%'),
  white: `${fill(' ')}x`,
  separators: fill('\u2010'),
  ligatures: fill('\ufdfa'),
  'combining marks': `a${fill('\u0301\u0323')}`,
  'quoted string': `"${fill('\\"')}"@example.com`,
  'many labels': `a@${fill('a-.')}example`,
  'non-ASCII labels': `a@${fill('ü.')}example`,
  surrogates: fill('\ud800'),
  zeros: fill('\0'),
};

const rules: Readonly<Record<string, (text: string) => unknown>> = {
  parseEmail: (text) => {
    try {
      return parseEmail(text);
    } catch (error) {
      if (!isProblem(error)) throw error;
      return null;
    }
  },
  normalizeCode: (text) => normalizeCode(text, { alphabet: DIGITS, length: 6 }),
  networkOf,
  'redirectUriFault, web': (text) => redirectUriFault(text, false),
  'redirectUriFault, native': (text) => redirectUriFault(text, true),
  formActionSource,
  maskIdentifier: (text) => maskIdentifier({ channel: 'email', value: text }),
};

describe('domain: 50 KB of anything are answered quickly (R-23)', () => {
  for (const [name, rule] of Object.entries(rules)) {
    it(name, () => {
      for (const [kind, text] of Object.entries(strings)) {
        const started = performance.now();
        rule(text);
        expect(performance.now() - started, kind).to.be.below(LIMIT_MS);
      }
    });
  }

  it('and what is just short enough to be looked at too', () => {
    for (const [name, rule] of Object.entries(rules)) {
      for (const length of [256, 320, 2048]) {
        for (const [kind, text] of Object.entries(strings)) {
          const started = performance.now();
          rule(text.slice(0, length));
          expect(performance.now() - started, `${name}, ${kind}`).to.be.below(LIMIT_MS);
        }
      }
    }
  });
});
