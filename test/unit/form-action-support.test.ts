import { expect } from 'chai';
import { formActionAllows } from '../support/form-action.ts';

describe('support: form-action', () => {
  const page = new URL('https://id.example.com/interaction/x');
  const cases: readonly [string | null, string, boolean][] = [
    [null, 'https://app.example/cb', true],
    ["form-action 'self'", 'https://id.example.com/other', true],
    ["form-action 'self'", 'https://app.example/cb', false],
    ["form-action 'self' https://app.example", 'https://app.example/cb?code=1', true],
    ["form-action 'self' https://app.example", 'https://app.example:8443/cb', false],
    ["form-action 'self' https://app.example", 'http://app.example/cb', false],
    ["form-action 'self' com.example.app:", 'com.example.app:/cb', true],
    ["form-action 'self' com.example.app:", 'com.other.app:/cb', false],
    ["form-action *, form-action 'self'", 'https://app.example/cb', false],
    ['form-action', 'https://id.example.com/', false],
  ];
  for (const [policy, target, allowed] of cases) {
    it(`${allowed ? 'lets pass' : 'stops'} ${target} under ${policy}`, () => {
      expect(formActionAllows(policy, page, new URL(target))).to.equal(allowed);
    });
  }
});
