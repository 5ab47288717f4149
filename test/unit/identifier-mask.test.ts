import { expect } from 'chai';
import fc from 'fast-check';
import { maskIdentifier, parseMasked } from '../../src/domain/identifier.ts';

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

  it('are read again as they are shown, and as people type them', () => {
    for (const value of ['alice@example.org', 'a@example.org', 'a.b+c@b.co']) {
      const masked = maskIdentifier({ channel: 'email', value });
      expect(parseMasked(masked)).to.equal(masked);
    }
    expect(parseMasked('+49•••12')).to.equal('+49•••12');
    expect(parseMasked(' A***@E*****.ORG ')).to.equal('a•••@e•••.org');
    expect(parseMasked('+49**12')).to.equal('+49•••12');
    for (const none of ['•••', '', 'alice@example.org', 'al•••@e•••.org', '+4912•••12', '%', '_•••']) {
      expect(parseMasked(none), none).to.equal(null);
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
