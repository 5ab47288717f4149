import { createHmac } from 'node:crypto';
import type { WebhookProvider } from '../../domain/sms-provider.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Outbound } from '../../ports/outbound.ts';
import type { OutgoingMessage, Sender } from '../../ports/sender.ts';
import { createSmsSender, verdictOfStatus } from '../sms-gateway/sender.ts';

interface Deps {
  readonly provider: WebhookProvider;
  /** What phones may show as the sender; null leaves it to the receiver. */
  readonly senderId: string | null;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Posts each message to a URL, signed as Standard Webhooks has it (standard-webhooks.md 1.0.0, signature scheme v1). The
 * receiver decides by `webhook-id` whether it has it already: it is the same for every try. Format: docs/sms.md.
 */
export function createWebhookSender({ provider, senderId, outbound, clock, log }: Deps): Sender {
  return createSmsSender(
    {
      async submit(message) {
        const body = JSON.stringify(bodyOf(message, senderId));
        const headers = {
          'content-type': 'application/json',
          ...signedHeaders(provider.key, message, body, clock.now()),
        };
        const { status } = await outbound.send({ method: 'POST', url: provider.url, headers, body });
        return { ...verdictOfStatus(status), detail: String(status) };
      },
      close: () => outbound.close(),
    },
    log,
  );
}

const bodyOf = (message: OutgoingMessage, senderId: string | null) => ({
  type: 'sms.send',
  id: webhookId(message),
  to: message.to,
  from: message.senderId ?? senderId,
  text: message.text,
  expiresAt: new Date(message.notAfter).toISOString(),
});

/** The outbox's id alone: what is signed is joined with full stops, so the id must have none. */
const webhookId = ({ messageId }: OutgoingMessage): string =>
  `msg_${messageId.replace(/@.*$/, '').replace(/[^\w-]/g, '')}`;

/** @param now milliseconds since the epoch; receivers refuse what is older than some minutes */
function signedHeaders(key: Buffer, message: OutgoingMessage, body: string, now: number): Record<string, string> {
  const id = webhookId(message);
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
