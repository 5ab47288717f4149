import { expect } from 'chai';
import { accountChanges } from '../../src/domain/account-changes.ts';
import { accountOf } from '../support/factories.ts';

const told = (...states: Parameters<typeof accountChanges>) => accountChanges(...states);

describe('changes of an account, as the audit trail tells them (R-65, R-66)', () => {
  const account = accountOf({ attributes: { name: 'Ada', nickname: 'A', locale: 'en' } });

  it('name attributes, and not what they say', () => {
    const after = { ...account, attributes: { name: 'Eve', locale: 'en', gender: 'x' }, version: 2 };
    expect(told(account, after)).to.deep.equal([
      { field: 'attributes.gender', before: null, after: '"•••"' },
      { field: 'attributes.name', before: '"•••"', after: '"•••"' },
      { field: 'attributes.nickname', before: '"•••"', after: null },
    ]);
  });

  it('say what somebody may do, and nothing of what has not changed', () => {
    expect(told(account, { ...account, status: 'disabled', version: 2 })).to.deep.equal([
      { field: 'status', before: '"active"', after: '"disabled"' },
    ]);
    expect(told(account, account)).to.deep.equal([]);
  });

  it('mask what somebody is known by, before and after', () => {
    const value = 'ada.lovelace@example.org';
    const known = { ...account, identifiers: [{ channel: 'email' as const, value, verifiedAt: 1, primary: true }] };
    for (const changes of [told(null, known), told(known, null), told(known, { ...known, identifiers: [] })]) {
      expect(JSON.stringify(changes)).to.contain('a•••@e•••.org').and.not.to.contain('lovelace');
    }
  });

  it('say since when nothing is held any more', () => {
    expect(told({ ...account, held: { since: 1, until: 2 } }, account)).to.deep.equal([
      { field: 'heldUntil', before: '2', after: null },
    ]);
  });
});
