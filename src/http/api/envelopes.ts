import type { Problem, ProblemCode } from '../../domain/errors.ts';
import { BodyFault } from './json-body.ts';

/**
 * Whose shape an error has: `hosted` {message, error_code: number} (contracts.md §4.2b), `backend` {error_code: string,
 * message}, `backend-link` the same with the status as its code (§5.2b).
 */
export type EnvelopeName = 'hosted' | 'backend' | 'backend-link';

/** What an error says to the developer of a client: neither who has an account, nor anything that was sent. */
const TEXTS: Readonly<Partial<Record<ProblemCode, string>>> = {
  identifier_invalid: 'expected an e-mail address or a phone number with its country code',
  country_not_supported: 'no messages are sent to numbers of this country',
  number_not_supported: 'no messages are sent to numbers of this kind',
  code_invalid: 'Invalid code',
  code_expired: 'The code has expired',
  code_exhausted: 'One time code invalid due to multiple failed attempts',
  code_superseded: 'Invalid code',
  too_many_requests: 'Too many requests',
  resend_too_early: 'Too many requests',
  client_invalid: 'Invalid client',
  payload_too_large: 'The body is too large',
  request_invalid: 'Bad request',
  caller_unknown: 'Invalid token',
  sign_in_again: 'Invalid token',
  permission_missing: 'The client does not have the permission for this',
  account_unknown: 'User not found',
  account_taken: 'A user with this identifier exists',
  version_conflict: 'This has changed meanwhile; read it again',
  redirect_uri_unknown: 'redirect_uri is not one of the allowed redirect URIs configured for this app',
  media_type_not_supported: 'Expected application/json',
  session_unknown: 'Session not found',
  second_factor_missing: 'Another factor is needed',
  organization_refused: 'The user cannot sign in for this organization',
  account_disabled: 'User is not active',
  account_email_missing: 'The user has no e-mail address',
  account_phone_missing: 'The user has no phone number',
  token_invalid: 'Invalid refresh token',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  store_unavailable: 'Temporarily unavailable',
  internal: 'Internal error',
};

/** The codes of §5.2b, and ours where that has none; of what is not listed the input is to blame. */
const BACKEND_CODES: Readonly<Partial<Record<ProblemCode, string>>> = {
  code_invalid: 'auth_invalid_credentials',
  code_superseded: 'auth_invalid_credentials',
  code_expired: 'auth_otp_passcode_expired',
  code_exhausted: 'auth_locked',
  account_unknown: 'user_not_found',
  account_taken: 'user_already_exists',
  account_disabled: 'user_not_active',
  account_email_missing: 'user_email_address_missing',
  account_phone_missing: 'user_phone_number_missing',
  second_factor_missing: 'auth_mfa_required',
  organization_refused: 'auth_organization_refused',
  token_invalid: 'auth_invalid_credentials',
  too_many_requests: 'too_many_requests',
  resend_too_early: 'too_many_requests',
  caller_unknown: 'invalid_token',
  sign_in_again: 'invalid_token',
  permission_missing: 'permission_missing',
  payload_too_large: 'payload_too_large',
  media_type_not_supported: 'media_type_not_supported',
  not_found: 'not_found',
  method_not_allowed: 'method_not_allowed',
  store_unavailable: 'temporarily_unavailable',
  internal: 'internal_error',
};

/** An error as it goes out. */
export interface Enveloped {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Turns an error into what a client of this kind of operation expects (contracts.md §4.2b, §5.2b). */
export function enveloped(name: EnvelopeName, problem: Problem): Enveloped {
  const status = statusOf(name, problem);
  const lines = problem instanceof BodyFault ? problem.lines : [TEXTS[problem.code] ?? 'Bad request'];
  if (name === 'hosted') {
    const message = status === 400 ? lines : lines.join('; ');
    const taken = problem.code === 'account_taken' ? { ts_error_code: 'identifier_taken' } : {};
    return { status, body: { message, error_code: status, ...taken } };
  }
  const lost = name === 'backend-link' && problem.code === 'code_invalid';
  const message = lost ? 'Invalid magic link code' : lines.join('; ');
  // Where the second proof has to go on.
  const session = problem.code === 'second_factor_missing' ? problem.params : {};
  const code = name === 'backend-link' ? String(status) : (BACKEND_CODES[problem.code] ?? 'system_invalid_input');
  return { status, body: { error_code: code, message, ...session } };
}

/** Both contracts know no 422; what is locked is 403 between backends. */
function statusOf(name: EnvelopeName, problem: Problem): number {
  if (problem.status !== 422) return problem.status;
  return name === 'backend' && problem.code === 'code_exhausted' ? 403 : 400;
}
