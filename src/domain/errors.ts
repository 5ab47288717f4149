/**
 * The one error of the house. Its code is stable and doubles as the key of the message in `views/locales`; each edge
 * turns it into its own envelope. Nothing secret ever goes into it.
 */
export type ProblemCode =
  | 'identifier_invalid'
  | 'identifier_taken'
  | 'identifier_yours'
  | 'identifier_last'
  | 'country_not_supported'
  | 'number_not_supported'
  | 'sign_in_again'
  | 'code_invalid'
  | 'code_expired'
  | 'code_exhausted'
  | 'code_superseded'
  | 'too_many_requests'
  | 'resend_too_early'
  | 'form_forged'
  | 'interaction_expired'
  | 'client_invalid'
  | 'payload_too_large'
  | 'request_invalid'
  | 'caller_unknown'
  | 'permission_missing'
  | 'account_unknown'
  | 'account_taken'
  | 'version_conflict'
  | 'redirect_uri_unknown'
  | 'media_type_not_supported'
  | 'session_unknown'
  | 'second_factor_missing'
  | 'organization_refused'
  | 'account_disabled'
  | 'account_email_missing'
  | 'account_phone_missing'
  | 'token_invalid'
  | 'id_taken'
  | 'declared_elsewhere'
  | 'client_unverified'
  | 'registrations_full'
  | 'owner_last'
  | 'key_waiting'
  | 'key_in_use'
  | 'message_in_work'
  | 'message_settled'
  | 'message_worthless'
  | 'backup_elsewhere'
  | 'version_outdated'
  | 'not_found'
  | 'method_not_allowed'
  | 'store_unavailable'
  | 'internal';

const statusOf: Record<ProblemCode, number> = {
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

/** What an error may tell the outside besides its code; rendered into the localised message. */
export type ProblemParams = Readonly<Record<string, string | number>>;

export class Problem extends Error {
  readonly code: ProblemCode;
  /** HTTP status (RFC 9110 §15). */
  readonly status: number;
  readonly params: ProblemParams;
  /** Seconds until a new try can succeed; sent as `Retry-After` (RFC 9110 §10.2.3). */
  readonly retryAfter: number | undefined;

  constructor(code: ProblemCode, options: { params?: ProblemParams; retryAfter?: number; cause?: unknown } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = statusOf[code];
    this.params = options.params ?? {};
    this.retryAfter = options.retryAfter;
  }
}

/** True for a `Problem` with one of the given codes (any, when none is given). */
export const isProblem = (error: unknown, ...codes: ProblemCode[]): error is Problem =>
  error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
