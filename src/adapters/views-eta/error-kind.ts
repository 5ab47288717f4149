/** The kinds of failure a person is told about: `error.<kind>.title` and `error.<kind>.text` in the locale files. */
export const ERROR_KINDS = [
  'application',
  'denied',
  'forged',
  'internal',
  'method_not_allowed',
  'not_found',
  'over',
  'request',
  'too_large',
  'too_many_requests',
  'unavailable',
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

/** Codes that say more than their status: `ProblemCode`s and errors of RFC 6749 §4.1.2.1, RFC 6750 and OpenID Connect. */
const kindOfCode: ReadonlyMap<string, ErrorKind> = new Map([
  ['access_denied', 'denied'],
  ['form_forged', 'forged'],
  ['interaction_expired', 'over'],
  ['request_invalid', 'request'],
  ['server_error', 'internal'],
  ['temporarily_unavailable', 'unavailable'],
  ['store_unavailable', 'unavailable'],
]);

const kindOfStatus: ReadonlyMap<number, ErrorKind> = new Map([
  [404, 'not_found'],
  [405, 'method_not_allowed'],
  [413, 'too_large'],
  [422, 'request'],
  [429, 'too_many_requests'],
  [503, 'unavailable'],
]);

/**
 * What to tell a person about an error. Any other refusal (`invalid_client`, `invalid_redirect_uri`, …) was caused by
 * the request of an application, which the person can do nothing about.
 *
 * @param status HTTP status
 * @param error OAuth error code or `ProblemCode`
 */
export function errorKind(status: number, error: string): ErrorKind {
  const known = kindOfCode.get(error) ?? kindOfStatus.get(status);
  if (known !== undefined) return known;
  return status >= 500 ? 'internal' : 'application';
}
