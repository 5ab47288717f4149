import { expect } from 'chai';
import { clientDeclaration } from '../../src/config/schema/client.ts';
import { smsSection } from '../../src/config/schema/sms.ts';
import { isCountry } from '../../src/domain/phone.ts';

describe('configured text messages', () => {
  const section = smsSection('production');
  const accepts = (value: object): boolean => section.safeParse(value).success;

  it('go nowhere in production until somebody says where (R-18)', () => {
    expect(section.parse({}).countries).to.deep.equal([]);
    const tried = smsSection('development').parse({}).countries;
    expect(tried).to.include.members(['DE', 'FR', 'GB', 'ES', 'US']);
    expect(tried.every(isCountry)).to.equal(true);
  });

  it('go to countries of ISO 3166-1, by their codes', () => {
    expect(section.parse({ countries: ['DE', 'CH'] }).countries).to.deep.equal(['DE', 'CH']);
    for (const country of ['de', 'UK', 'Germany', '49', '', 'EU', '__proto__']) {
      expect(accepts({ countries: [country] }), country).to.equal(false);
    }
  });

  for (const [whose, takes] of [
    ['an installation', (text: string) => accepts({ text })],
    [
      'a client',
      (smsText: string) =>
        clientDeclaration.safeParse({ id: 'job', type: 'machine', secret: 'x'.repeat(32), smsText }).success,
    ],
  ] as const) {
    it(`have the words of ${whose} if the code is in them and they are at most 140 characters`, () => {
      expect(takes('{otp}')).to.equal(true);
      expect(takes(`${'x'.repeat(135)}{otp}`)).to.equal(true);
      expect(takes(`${'x'.repeat(136)}{otp}`)).to.equal(false);
      expect(takes('{app} sends no code')).to.equal(false);
      expect(takes('')).to.equal(false);
    });
  }
});
