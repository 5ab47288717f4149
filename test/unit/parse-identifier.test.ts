import { expect } from 'chai';
import fc from 'fast-check';
import { isProblem } from '../../src/domain/errors.ts';
import { parseIdentifier } from '../../src/domain/parse-identifier.ts';

describe('an address or a number', () => {
  it('is told by the @ and nothing else', () => {
    expect(parseIdentifier(' Ada@Example.org ', 'GB')).to.deep.equal({ channel: 'email', value: 'ada@example.org' });
    expect(parseIdentifier('4915112345612@example.org', 'DE').channel).to.equal('email');
    expect(parseIdentifier('07400 123456', 'GB')).to.deep.equal({ channel: 'sms', value: '+447400123456' });
  });

  it('is one string, or refused (R-26)', () => {
    const others = [
      undefined,
      null,
      7,
      ['ada@example.org'],
      { value: '+447400123456' },
      'ada',
      '',
      'ada＠example.org',
      '@',
    ];
    for (const input of others) {
      expect(() => parseIdentifier(input, 'GB'))
        .to.throw()
        .that.satisfies((error: unknown) => isProblem(error, 'identifier_invalid'));
    }
  });

  it('is never of another channel than its sign says', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab.@+0123456789 ') }), (text) => {
        try {
          expect(parseIdentifier(text, 'DE').channel).to.equal(text.includes('@') ? 'email' : 'sms');
        } catch (error) {
          if (!isProblem(error, 'identifier_invalid')) throw error;
        }
      }),
    );
  });
});
