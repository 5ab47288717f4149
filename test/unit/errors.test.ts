import { expect } from 'chai';
import { isProblem, Problem, type ProblemCode } from '../../src/domain/errors.ts';

const STATUS: Readonly<Record<ProblemCode, number>> = {
  identifier_invalid: 422,
  identifier_taken: 422,
  identifier_yours: 422,
  identifier_last: 422,
  country_not_supported: 422,
  number_not_supported: 422,
  sign_in_again: 401,
  code_invalid: 422,
  code_expired: 422,
  code_exhausted: 422,
  code_superseded: 422,
  too_many_requests: 429,
  resend_too_early: 429,
  form_forged: 403,
  interaction_expired: 400,
  client_invalid: 400,
  payload_too_large: 413,
  request_invalid: 400,
  caller_unknown: 401,
  permission_missing: 403,
  account_unknown: 404,
  account_taken: 409,
  version_conflict: 409,
  redirect_uri_unknown: 400,
  media_type_not_supported: 415,
  session_unknown: 400,
  second_factor_missing: 403,
  organization_refused: 403,
  account_disabled: 403,
  account_email_missing: 404,
  account_phone_missing: 404,
  token_invalid: 400,
  id_taken: 409,
  declared_elsewhere: 409,
  client_unverified: 409,
  registrations_full: 403,
  owner_last: 409,
  key_waiting: 409,
  key_in_use: 409,
  message_in_work: 409,
  message_settled: 409,
  message_worthless: 409,
  backup_elsewhere: 409,
  version_outdated: 412,
  not_found: 404,
  method_not_allowed: 405,
  store_unavailable: 503,
  internal: 500,
};

describe('errors: the one error of the house', () => {
  for (const [code, status] of Object.entries(STATUS)) {
    it(`${code} is ${status}`, () => {
      const problem = new Problem(code as ProblemCode);
      expect(problem).to.include({ code, status, message: code, name: 'Problem', retryAfter: undefined });
      expect(problem.params).to.deep.equal({});
      expect(problem).to.be.an.instanceOf(Error);
    });
  }

  it('says nothing but its code, even with parameters and a cause', () => {
    const cause = new Error('connect ECONNREFUSED secret');
    const problem = new Problem('store_unavailable', { cause, retryAfter: 3, params: { minutes: 2 } });
    expect(problem).to.include({ message: 'store_unavailable', retryAfter: 3, cause });
    expect(problem.params).to.deep.equal({ minutes: 2 });
    expect(JSON.stringify(problem)).not.to.contain('secret');
  });

  it('has no cause where none was given', () => {
    expect('cause' in new Problem('internal')).to.equal(false);
  });

  it('is told from other errors, and by its code', () => {
    const problem = new Problem('not_found');
    expect(isProblem(problem)).to.equal(true);
    expect(isProblem(problem, 'internal', 'not_found')).to.equal(true);
    expect(isProblem(problem, 'internal')).to.equal(false);
    for (const other of [new Error('not_found'), { code: 'not_found' }, 'not_found', null, undefined]) {
      expect(isProblem(other)).to.equal(false);
    }
  });
});
