import { expect } from 'chai';
import { Problem, type ProblemCode } from '../../src/domain/errors.ts';
import { type EnvelopeName, enveloped } from '../../src/http/api/envelopes.ts';
import { BodyFault } from '../../src/http/api/json-body.ts';
import type { Store } from '../../src/ports/store.ts';
import { createBackend } from '../support/api.ts';
import { useServer } from '../support/journey.ts';

describe('API: the shapes of errors (contracts.md §4.2b, §5.2b)', () => {
  const told = (name: EnvelopeName, code: ProblemCode) => enveloped(name, new Problem(code));

  it('hosted: a list for 400, one text for the rest, the status as a number', () => {
    const invalid = { status: 400, body: { message: ['Invalid code'], error_code: 400 } };
    expect(told('hosted', 'code_invalid')).to.deep.equal(invalid);
    expect(told('hosted', 'code_exhausted').status).to.equal(400);
    const unknown = { status: 404, body: { message: 'User not found', error_code: 404 } };
    expect(told('hosted', 'account_unknown')).to.deep.equal(unknown);
    expect(told('hosted', 'caller_unknown')).to.deep.equal({
      status: 401,
      body: { message: 'Invalid token', error_code: 401 },
    });
    expect(enveloped('hosted', new BodyFault(['one', 'two'])).body.message).to.deep.equal(['one', 'two']);
  });

  it('backend: codes that tell wrong, expired and locked apart', () => {
    for (const [code, status, name] of [
      ['code_invalid', 400, 'auth_invalid_credentials'],
      ['code_superseded', 400, 'auth_invalid_credentials'],
      ['code_expired', 400, 'auth_otp_passcode_expired'],
      ['code_exhausted', 403, 'auth_locked'],
      ['account_unknown', 404, 'user_not_found'],
      ['identifier_invalid', 400, 'system_invalid_input'],
      ['request_invalid', 400, 'system_invalid_input'],
      ['store_unavailable', 503, 'temporarily_unavailable'],
      ['internal', 500, 'internal_error'],
    ] as const) {
      const { status: answered, body } = told('backend', code);
      expect(answered, code).to.equal(status);
      expect(body.error_code, code).to.equal(name);
      expect(body.message, code).to.be.a('string');
    }
  });

  it('links between backends: the status as text', () => {
    expect(told('backend-link', 'code_invalid')).to.deep.include({ status: 400 });
    expect(told('backend-link', 'redirect_uri_unknown').body).to.deep.equal({
      error_code: '400',
      message: 'redirect_uri is not one of the allowed redirect URIs configured for this app',
    });
  });
});

describe('API: when the server fails (R-64, R-79)', () => {
  let failure: Error = new Error('nothing yet');
  const failing = (store: Store): Store => ({
    ...store,
    accounts: {
      ...store.accounts,
      createOrFind: async () => {
        throw failure;
      },
    },
  });
  const suite = useServer({ overrides: { wrapStore: failing } });
  const backend = createBackend(suite);

  it('says when to come back where the store is away', async () => {
    failure = new Problem('store_unavailable');
    const { status, headers, body } = await backend.call('/cis/v1/users', {
      headers: { accept: 'text/html' },
      body: { email: suite.address() },
    });
    expect(status).to.equal(503);
    expect(headers['retry-after']).to.equal('5');
    expect(body).to.deep.equal({ message: 'Temporarily unavailable', error_code: 503 });
  });

  it('keeps to itself what it was, and logs it', async () => {
    failure = new TypeError('secret-of-the-house is not a function');
    const { status, body, text } = await backend.call('/cis/v1/users', { body: { email: suite.address() } });
    expect(status).to.equal(500);
    expect(body).to.deep.equal({ message: 'Internal error', error_code: 500 });
    expect(text).to.not.contain('secret-of-the-house');
    expect(suite.server.logLines.join('')).to.contain('secret-of-the-house');
  });
});
