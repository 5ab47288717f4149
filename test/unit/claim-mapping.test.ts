import { expect } from 'chai';
import fc from 'fast-check';
import { CLAIM_SOURCES, claimNameFault, withMapped } from '../../src/domain/claim-mapping.ts';

describe('claims under names of a client’s own', () => {
  for (const name of ['user_id', 'Mail', 'x-mail', 'nickname', 'https://app.example/claims/mail', 'a'.repeat(64)]) {
    it(`may be called ${JSON.stringify(name).slice(0, 40)}`, () => expect(claimNameFault(name)).to.equal(null));
  }

  for (const name of [
    'iss',
    'sub',
    'aud',
    'exp',
    'iat',
    'nonce',
    'acr',
    'amr',
    'azp',
    'at_hash',
    'c_hash',
    'sid',
    'auth_time',
    'scope',
    'cnf',
    'events',
    'client_id',
  ]) {
    it(`may not be called ${name}, which protocols read`, () => expect(claimNameFault(name)).to.match(/every token/));
  }

  for (const name of ['email', 'email_verified', 'phone_number', 'org_id', 'roles', 'approval_data']) {
    it(`may not be called ${name}, which says what was proven here`, () =>
      expect(claimNameFault(name)).to.match(/this server/));
  }

  for (const name of [
    '',
    '_claim_names',
    '__proto__',
    'constructor',
    'toString',
    '1a',
    'a b',
    'a\n',
    'é',
    'http://a.example/b',
    'https://',
    'urn:x:y',
    'a'.repeat(65),
    `https://a.example/${'b'.repeat(250)}`,
    'https://a.example/"b',
  ]) {
    it(`may not be called ${JSON.stringify(name).slice(0, 40)}`, () =>
      expect(claimNameFault(name)).to.match(/^expected/));
  }

  it('say what is released, where it is, and change nothing else', () => {
    const names = fc.string().filter((name) => claimNameFault(name) === null);
    const mapping = fc.dictionary(
      fc.oneof(names, fc.constantFrom('user_id', 'mail')),
      fc.constantFrom(...CLAIM_SOURCES),
    );
    const released = fc.dictionary(fc.constantFrom(...CLAIM_SOURCES), fc.string());
    fc.assert(
      fc.property(mapping, released, (claims, before) => {
        const after = withMapped(before, claims);
        for (const name of new Set([...Object.keys(after), ...Object.keys(claims), ...Object.keys(before)])) {
          const source = Object.hasOwn(claims, name) ? claims[name] : undefined;
          const said = source !== undefined && Object.hasOwn(before, source) ? before[source] : before[name];
          expect(after[name]).to.equal(said);
        }
      }),
    );
  });
});
