import { isE164 } from '../../domain/sms-provider.ts';
import type { Log } from '../../ports/log.ts';
import { NoAnswer } from '../../ports/outbound.ts';
import type { DeliveryResult, OutgoingMessage, Sender } from '../../ports/sender.ts';

/** What a provider's answer means. */
export interface Verdict {
  readonly outcome: DeliveryResult['outcome'];
  /** Codes and the provider's own id of the message; neither number nor content. */
  readonly detail: string;
  /** It is about us, not about the message: credentials, the sender, the account. Somebody has to do something. */
  readonly ours?: boolean;
}

/** How one provider is spoken to. */
export interface Gateway {
  /**
   * Hands over one message, once.
   * @throws NoAnswer when nobody answered
   */
  submit(message: OutgoingMessage): Promise<Verdict>;
  close(): void;
}

/** Failures of a connection that pass by themselves; the others are a name, a certificate or an address. */
const PASSING = /^(?:ETIMEDOUT|ECONN|EPIPE|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ESOCKET|EUNKNOWN)/;

/**
 * What all providers have in common: one canonical recipient, nothing is thrown, and what an operator has to
 * repair is logged. A mistake of ours is transient: it may be repaired while the message is still worth having.
 */
export function createSmsSender(gateway: Gateway, log: Log): Sender {
  return {
    channel: 'sms',
    async send(message) {
      if (!isE164(message.to)) return { outcome: 'permanent', detail: 'recipient not canonical' };
      const { outcome, detail, ours } = await gateway.submit(message).catch(verdictOfFailure);
      if (ours === true) log.warn({ reason: detail }, 'text messages cannot leave');
      return { outcome, detail };
    },
    async close() {
      gateway.close();
    },
  };
}

function verdictOfFailure(error: unknown): Verdict {
  const reason = error instanceof NoAnswer ? error.reason : nameOf(error);
  return { outcome: 'transient', detail: reason, ours: !PASSING.test(reason) };
}

/** An SDK's messages may quote the request; its name says enough. */
const nameOf = (error: unknown): string =>
  error instanceof Error && /^[A-Za-z][\w.]{2,59}$/.test(error.name) ? error.name : 'error';

/**
 * What an HTTP status means where the provider says no more (RFC 9110 §15): 2xx took it, 4xx is about the message except
 * for those that are about us or about the moment. A redirect is nowhere to go to with a code.
 */
export function verdictOfStatus(status: number): Pick<Verdict, 'outcome' | 'ours'> {
  if (status >= 200 && status < 300) return { outcome: 'accepted' };
  if ([408, 421, 425, 429].includes(status) || status >= 500) return { outcome: 'transient' };
  if ([401, 402, 403, 404, 405, 407, 410].includes(status) || status < 400) return { outcome: 'transient', ours: true };
  return { outcome: 'permanent' };
}
