import { expect } from 'chai';
import { attributeFault } from '../../src/domain/attributes.ts';

describe('attributes of an account (OpenID Connect Core §5.1)', () => {
  it('are standard claims in the form that the standard gives them', () => {
    const right = {
      name: 'Ada Lovelace',
      website: 'https://ada.example.org/',
      birthdate: '1815-12-10',
      locale: 'en-GB',
      zoneinfo: 'Europe/London',
    };
    for (const [name, value] of Object.entries(right)) expect(attributeFault(name, value), name).to.equal(null);
  });

  it('are nothing that this server vouches for, or that nobody has heard of', () => {
    for (const name of [
      'sub',
      'email',
      'email_verified',
      'phone_number',
      'roles',
      'toString',
      '__proto__',
      'updated_at',
    ]) {
      expect(attributeFault(name, 'x'), name).to.contain('not a standard claim');
    }
  });

  it('are no scripts, no markup of terminals, nothing without end', () => {
    const wrong: [string, unknown][] = [
      ['name', ''],
      ['name', { $gt: '' }],
      ['name', 'a\u001b[31mb'],
      ['name', 'x'.repeat(257)],
      ['website', 'javascript:alert(1)'],
      ['picture', 'http://example.org/a.png'],
      ['profile', 'nowhere'],
      ['birthdate', 'yesterday'],
      ['locale', 'en_GB; drop'],
    ];
    for (const [name, value] of wrong) expect(attributeFault(name, value), name).to.be.a('string');
  });
});
