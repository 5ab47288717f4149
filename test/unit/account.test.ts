import { expect } from 'chai';
import { type Account, consentCovers, type ProvenIdentifier, primaryOf } from '../../src/domain/account.ts';

const proven = (value: string, primary: boolean, channel: 'email' | 'sms' = 'email'): ProvenIdentifier => ({
  channel,
  value,
  primary,
  verifiedAt: 1,
});

const account = (changes: Partial<Account> = {}): Account => ({
  id: 'a1',
  identifiers: [],
  attributes: {},
  consents: [],
  devices: [],
  held: null,
  status: 'active',
  createdAt: 1,
  version: 1,
  ...changes,
});

describe('account: the identifier that stands for it', () => {
  it('is the primary one of the channel', () => {
    const identifiers = [
      proven('old@example.com', false),
      proven('+491', true, 'sms'),
      proven('new@example.com', true),
    ];
    expect(primaryOf(account({ identifiers }), 'email')?.value).to.equal('new@example.com');
    expect(primaryOf(account({ identifiers }), 'sms')?.value).to.equal('+491');
  });

  it('is the first of the channel where none is primary, and nothing where there is none', () => {
    const identifiers = [proven('one@example.com', false), proven('two@example.com', false)];
    expect(primaryOf(account({ identifiers }), 'email')?.value).to.equal('one@example.com');
    expect(primaryOf(account({ identifiers }), 'sms')).to.equal(undefined);
  });
});

describe('account: whether a consent covers a request', () => {
  const consents = [
    { clientId: 'app', scopes: ['openid', 'email'], claims: ['nickname'], grantedAt: 1 },
    { clientId: 'other', scopes: ['openid', 'phone'], claims: [], grantedAt: 1 },
  ];
  const cases: readonly (readonly [string, string, readonly string[], readonly string[], boolean])[] = [
    ['the same again', 'app', ['openid', 'email'], ['nickname'], true],
    ['less', 'app', ['openid'], [], true],
    ['nothing at all', 'app', [], [], true],
    ['a scope more', 'app', ['openid', 'email', 'phone'], [], false],
    ['a claim more', 'app', ['openid'], ['nickname', 'birthdate'], false],
    ['a scope of that name asked for as a claim', 'app', ['openid'], ['email'], false],
    ['what another client was given', 'app', ['phone'], [], false],
    ['another client', 'other', ['openid', 'email'], [], false],
    ['a client without consent, asking for nothing', 'third', [], [], false],
    ['the beginning of a scope name', 'app', ['open'], [], false],
  ];
  for (const [name, clientId, scopes, claims, covered] of cases) {
    it(`${name}: ${covered ? 'yes' : 'no'}`, () => {
      expect(consentCovers(account({ consents }), clientId, new Set(scopes), claims.values())).to.equal(covered);
    });
  }
});
