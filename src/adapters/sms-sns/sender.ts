import type { PublishCommandInput, SNSClientConfig } from '@aws-sdk/client-sns';
import type { SnsProvider } from '../../domain/sms-provider.ts';
import type { Log } from '../../ports/log.ts';
import { NoAnswer, type Outbound } from '../../ports/outbound.ts';
import type { OutgoingMessage, Sender } from '../../ports/sender.ts';
import { loadOptional } from '../sms-gateway/optional-package.ts';
import { createSmsSender } from '../sms-gateway/sender.ts';
import { verdictOf } from './verdict.ts';

interface Deps {
  readonly provider: SnsProvider;
  readonly senderId: string | null;
  readonly outbound: Outbound;
  /** For a request with what comes before it: the SDK may have to fetch credentials first. */
  readonly timeoutSeconds: number;
  readonly log: Log;
  /** Loads Amazon's SDK. */
  readonly load?: () => Promise<typeof import('@aws-sdk/client-sns')>;
}

/**
 * Publishes messages with Amazon's own SDK, over our way out: one try each, because the outbox tries again. SNS knows no
 * idempotency key for text messages, so one whose answer was lost can be sent twice.
 *
 * @throws Error with the command to run, when the SDK is not installed
 */
export async function createSnsSender(deps: Deps): Promise<Sender> {
  const { provider, senderId, outbound, log, load = () => import('@aws-sdk/client-sns') } = deps;
  const { SNSClient, PublishCommand } = await loadOptional('@aws-sdk/client-sns', '3', load);
  const client = new SNSClient({
    region: provider.region,
    maxAttempts: 1,
    requestHandler: handlerOver(outbound),
    ...(provider.credentials === null ? {} : { credentials: provider.credentials }),
    ...(provider.endpoint === null ? {} : { endpoint: provider.endpoint }),
  });
  return createSmsSender(
    {
      async submit(message) {
        const abortSignal = AbortSignal.timeout(deps.timeoutSeconds * 2000);
        try {
          const published = client.send(new PublishCommand(inputOf(message, message.senderId ?? senderId)), {
            abortSignal,
          });
          const { MessageId } = await Promise.race([published, ended(abortSignal)]);
          return { outcome: 'accepted', detail: ['200', MessageId].join(' ').trim() };
        } catch (error) {
          return verdictOf(error);
        }
      },
      close() {
        client.destroy();
        outbound.close();
      },
    },
    log,
  );
}

/** `Transactional`: delivered before what can wait (SNS developer guide, "Publishing to a mobile phone"). */
function inputOf(message: OutgoingMessage, senderId: string | null): PublishCommandInput {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  return {
    PhoneNumber: message.to,
    Message: message.text,
    MessageAttributes: {
      'AWS.SNS.SMS.SMSType': text('Transactional'),
      ...(senderId === null ? {} : { 'AWS.SNS.SMS.SenderID': text(senderId) }),
    },
  };
}

const ended = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new NoAnswer('ETIMEDOUT')), { once: true });
  });

/** The part of a request that the SDK hands to its handler and ours needs. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What is asked after the time is over must not be sent any more: the outbox believes that it was not. */
function handlerOver(outbound: Outbound): NonNullable<SNSClientConfig['requestHandler']> {
  return {
    async handle(request: SdkRequest, options: { readonly abortSignal?: { readonly aborted: boolean } } = {}) {
      if (options.abortSignal?.aborted === true) throw new NoAnswer('ETIMEDOUT');
      const { method, protocol, hostname, port, path, headers, body } = request;
      const origin = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
      const answer = await outbound.send({ method, url: origin + path, headers, body: body ?? '' });
      // The SDK reads bodies of bytes, too; nothing is what it makes of an answer that was too long.
      const response = { statusCode: answer.status, headers: answer.headers, body: answer.body ?? new Uint8Array() };
      return { response };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}
