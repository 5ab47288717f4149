import { NoAnswer } from '../../ports/outbound.ts';
import { type Verdict, verdictOfStatus } from '../sms-gateway/sender.ts';

/** Errors common to all of Amazon's services that come with 400 although a later try can do better. */
const TOO_MUCH = /^(?:Throttl|TooManyRequests|RequestLimitExceeded|SlowDown)/;

/** What is wrong with our credentials, our clock or our account, whatever status it comes with. */
const ABOUT_US =
  /^(?:AuthorizationError|InvalidSecurity|AccessDenied|IncompleteSignature|InvalidClientTokenId|MissingAuthenticationToken|SignatureDoesNotMatch|UnrecognizedClient|ExpiredToken|RequestExpired|OptInRequired|NotAuthorized)/;

/**
 * What an error of the SDK means: the documented errors of `Publish` and those common to all services. `InvalidParameter`
 * and `OptedOut` are about the number; their status says that they stay.
 *
 * @throws NoAnswer, and what is no answer of the service
 */
export function verdictOf(error: unknown): Verdict {
  const status = statusOf(error);
  if (error instanceof NoAnswer || !(error instanceof Error) || status === null) throw error;
  // What was taken was taken: the SDK has only not understood the rest.
  if (status < 300) return { outcome: 'accepted', detail: String(status) };
  const name = /^[A-Za-z][A-Za-z.]{2,59}$/.test(error.name) ? error.name : 'error';
  const detail = `${status} ${name}`;
  if (TOO_MUCH.test(name)) return { outcome: 'transient', detail };
  if (ABOUT_US.test(name)) return { outcome: 'transient', detail, ours: true };
  return { ...verdictOfStatus(status), detail };
}

function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return null;
  const { httpStatusCode } = error.$metadata as { readonly httpStatusCode?: unknown };
  return typeof httpStatusCode === 'number' ? httpStatusCode : null;
}
