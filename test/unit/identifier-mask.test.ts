import { expect } from 'chai';
import fc from 'fast-check';
import { maskIdentifier } from '../../src/domain/identifier.ts';

describe('identifier: masks (R-65)', () => {
  it('show a hint and no more', () => {
    expect(maskIdentifier({ channel: 'email', value: 'alice@example.org' })).to.equal('a•••@e•••.org');
    expect(maskIdentifier({ channel: 'sms', value: '+4915112345612' })).to.equal('+49•••12');
  });

  it('do not show a local part of one letter', () => {
    expect(maskIdentifier({ channel: 'email', value: 'a@example.org' })).to.equal('•••@e•••.org');
  });

  it('show nothing of a stand-in, which is neither an address nor a number', () => {
    for (const channel of ['email', 'sms'] as const) {
      expect(maskIdentifier({ channel, value: 'none:Zm9vYmFy' })).to.equal('•••');
    }
  });

  it('never contain the local part', () => {
    const local = fc.string({ unit: fc.constantFrom(...'ab.+-_1'), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(local, (text) => {
        const mask = maskIdentifier({ channel: 'email', value: `${text}@mail.example.org` });
        expect(mask.split('@')[0]).not.to.contain(text);
        expect(mask).not.to.contain('mail.example');
      }),
    );
  });
});
