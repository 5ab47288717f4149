import { expect } from 'chai';
import {
  type Membership,
  type OrganizationChoice,
  organizationChoice,
  organizationName,
  roleNames,
} from '../../src/domain/organization.ts';

const membershipOf = (id: string): Membership => ({
  organization: { id, name: id.toUpperCase(), createdAt: 0, updatedAt: 0, version: 1 },
  roles: [],
});
const [a, b] = [membershipOf('a'), membershipOf('b')];

const said = (choice: OrganizationChoice): string =>
  choice.kind === 'taken' ? `taken ${choice.membership.organization.id}` : choice.kind;

describe('for which organization somebody signs in', () => {
  for (const [policy, named, memberships, expected] of [
    ['none', null, [a, b], 'none'],
    ['none', 'a', [a], 'refused'],
    ['none', 'x', [], 'refused'],
    ['optional', null, [], 'none'],
    ['optional', null, [a], 'taken a'],
    ['optional', null, [a, b], 'open'],
    ['optional', 'b', [a, b], 'taken b'],
    ['optional', 'x', [a, b], 'refused'],
    ['optional', 'x', [], 'refused'],
    ['optional', '', [a], 'refused'],
    ['required', null, [], 'missing'],
    ['required', null, [a], 'taken a'],
    ['required', null, [a, b], 'open'],
    ['required', 'b', [a, b], 'taken b'],
    ['required', 'x', [a], 'refused'],
    ['required', 'x', [], 'refused'],
  ] as const) {
    const names = memberships.map(({ organization }) => organization.id).join(' and ') || 'none';
    it(`${policy}, ${named === null ? 'none named' : `"${named}" named`}, member of ${names}: ${expected}`, () =>
      expect(said(organizationChoice(policy, named, memberships))).to.equal(expected));
  }
});

describe('names of organizations and roles', () => {
  it('are kept without white space around them, composed', () =>
    expect(organizationName('  Cafe\u0301 & Söhne  ')).to.equal('Café & Söhne'));

  it('are counted in characters', () => {
    expect(organizationName('🦉'.repeat(100))).to.have.length(200);
    expect(() => organizationName('🦉'.repeat(101))).to.throw('request_invalid');
  });

  for (const name of ['شرکت می\u200cخواهم', '👩\u200d👩\u200d👧 Family', 'क्\u200dष']) {
    it(`keep the joiners of ${name}`, () => expect(organizationName(name)).to.equal(name));
  }

  for (const bad of [
    '',
    '   ',
    'a\nb',
    'a\u0000',
    '\u202eevil',
    'a\u200bb',
    'pay\u200dpal',
    '\u200cمی',
    'می\u200c\u200cخ',
  ]) {
    it(`refuse ${JSON.stringify(bad)}`, () => expect(() => organizationName(bad)).to.throw('request_invalid'));
  }

  it('a role is there once', () => expect(roleNames(['owner', 'a:b', 'owner'])).to.deep.equal(['owner', 'a:b']));

  it('roles are bounded, each and all', () => {
    expect(roleNames(['x'.repeat(64)])).to.have.length(1);
    expect(() => roleNames(['x'.repeat(65)])).to.throw('request_invalid');
    expect(() => roleNames(Array.from({ length: 51 }, (_, index) => `r${index}`))).to.throw('request_invalid');
    for (const bad of ['', 'a b', 'a,b', '<b>', 'é']) expect(() => roleNames([bad])).to.throw('request_invalid');
  });
});
