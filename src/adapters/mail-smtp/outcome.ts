import type { DeliveryResult } from '../../ports/sender.ts';

/** What nodemailer tells about a failed delivery; anything may be missing. */
interface Failure {
  /** nodemailer's own code, such as `EAUTH` or `ETIMEDOUT`. */
  readonly reason: string;
  /** SMTP reply (RFC 5321 §4.2), or null when it did not come to one. */
  readonly reply: number | null;
  /** Enhanced status (RFC 3463), or null. */
  readonly enhanced: string | null;
  /** The command that failed, without its arguments: `RCPT TO`, `DATA`, `CONN`. */
  readonly step: string;
}

/** Replies that speak of us and not of the message: authentication is missing, wrong or too weak (RFC 4954 §6). */
const ABOUT_AUTHENTICATION = new Set([530, 534, 535, 538]);

const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null && name in error ? (error as Record<string, unknown>)[name] : undefined;

const enhancedOf = (response: unknown): string | null =>
  typeof response === 'string' ? (/^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null) : null;

/** Reads only what cannot hold an address or content: codes, and the verb of the command. */
export function failureOf(error: unknown): Failure {
  const code = field(error, 'code');
  const reply = field(error, 'responseCode');
  const command = field(error, 'command');
  return {
    reason: typeof code === 'string' && /^[A-Z_]{3,30}$/.test(code) ? code : 'EUNKNOWN',
    reply: typeof reply === 'number' ? reply : null,
    enhanced: enhancedOf(field(error, 'response')),
    step: typeof command === 'string' ? (/^[A-Z]+(?: (?:TO|FROM))?/.exec(command)?.[0] ?? '') : '',
  };
}

/**
 * A refusal that a later try cannot change is a 5yz reply to the recipient or to the message (RFC 5321 §4.2.1). All
 * else is transient: connections, TLS and time pass, and a wrong password is the operator's mistake, which may be
 * repaired while the message is still worth having.
 */
function isPermanent({ reason, reply, step }: Failure): boolean {
  if (reason === 'EENVELOPE' && step === 'API') return true;
  if (reply === null || reply < 500 || reply === 503 || ABOUT_AUTHENTICATION.has(reply)) return false;
  return step === 'RCPT TO' || step === 'DATA';
}

const describe = (parts: readonly (string | number | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(' ');

/** What a failed delivery means for the message. `detail` is made of codes only. */
export function resultOfFailure(failure: Failure): DeliveryResult {
  const detail = describe([failure.reply ?? failure.reason, failure.enhanced, failure.step]);
  return { outcome: isPermanent(failure) ? 'permanent' : 'transient', detail };
}

/** What an accepting server said, for instance `250 2.0.0`. */
export function resultOfAcceptance(response: string): DeliveryResult {
  const reply = /^\d{3}/.exec(response)?.[0] ?? '250';
  return { outcome: 'accepted', detail: describe([reply, enhancedOf(response)]) };
}
