import { Problem, type ProblemCode } from '../../../domain/errors.ts';

type RegistrationError = 'invalid_redirect_uri' | 'invalid_client_metadata' | 'unapproved_software_statement';

/** Most text of one answer, in characters. */
const LONGEST = 1000;

/** What is wrong with a registration (RFC 7591 §3.2.2): one line for each thing, for the developer of the client. */
export class RegistrationFault extends Problem {
  readonly error: RegistrationError;
  readonly description: string;

  constructor(error: RegistrationError, lines: readonly string[]) {
    super('request_invalid');
    this.error = error;
    this.description = lines.join('; ').slice(0, LONGEST);
  }
}

/** Other problems of this endpoint, in the words of RFC 6750 §3.1 where it has any. */
const ERRORS: Readonly<Partial<Record<ProblemCode, readonly [error: string, description: string]>>> = {
  caller_unknown: ['invalid_token', 'no valid token'],
  permission_missing: ['insufficient_scope', 'the token is not for this'],
  client_invalid: ['access_denied', 'the client is disabled'],
  registrations_full: ['access_denied', 'there are as many registered clients as there may be'],
  media_type_not_supported: ['invalid_client_metadata', 'expected application/json'],
  payload_too_large: ['invalid_client_metadata', 'the body is too large'],
  request_invalid: ['invalid_client_metadata', 'expected an object of client metadata as JSON'],
};

/** A problem as this endpoint tells it. */
export function registrationError(problem: Problem): { readonly error: string; readonly error_description?: string } {
  if (problem instanceof RegistrationFault) return { error: problem.error, error_description: problem.description };
  const [error, description] = ERRORS[problem.code] ?? [problem.code];
  return { error, ...(description === undefined ? {} : { error_description: description }) };
}
