import type Twilio from 'twilio';
import type { TwilioProvider } from '../../domain/sms-provider.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Outbound } from '../../ports/outbound.ts';
import type { OutgoingMessage, Sender } from '../../ports/sender.ts';
import { loadOptional } from '../sms-gateway/optional-package.ts';
import { createSmsSender, type Verdict, verdictOfStatus } from '../sms-gateway/sender.ts';
import { verdictOf } from './verdict.ts';

interface Deps {
  readonly provider: TwilioProvider;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly log: Log;
  /** Loads Twilio's SDK. */
  readonly load?: () => Promise<{ readonly default: typeof Twilio }>;
}

/**
 * Hands messages to Twilio's Messages API with Twilio's own SDK, over our way out: one try each, because the outbox
 * tries again. The API knows no idempotency key, so a message whose answer was lost can be sent twice.
 *
 * @throws Error with the command to run, when the SDK is not installed
 */
export async function createTwilioSender(deps: Deps): Promise<Sender> {
  const { provider, outbound, log, load = () => import('twilio') } = deps;
  const { default: twilio } = await loadOptional('twilio', '6', load);
  const { username, password, accountSid, edge, region } = provider;
  const client = twilio(username, password, {
    accountSid,
    ...(edge === null ? {} : { edge }),
    ...(region === null ? {} : { region }),
    httpClient: Object.assign(new twilio.RequestClient(), { request: requestOver(outbound, provider.endpoint) }),
  });
  return createSmsSender(
    {
      async submit(message) {
        try {
          return acceptance(await client.messages.create(paramsOf(deps, message)));
        } catch (error) {
          const { status, code } = error as { readonly status?: unknown; readonly code?: unknown };
          if (typeof status !== 'number') throw error;
          return verdictOf(status, typeof code === 'number' && code > 0 ? code : null);
        }
      },
      close: () => outbound.close(),
    },
    log,
  );
}

/** Twilio keeps a message that it cannot pass on for up to ten hours; a code is worth nothing by then. */
function paramsOf({ provider, clock }: Deps, message: OutgoingMessage) {
  const seconds = Math.round((message.notAfter - clock.now()) / 1000);
  return {
    to: message.to,
    body: message.text,
    validityPeriod: Math.min(36_000, Math.max(1, seconds)),
    ...(message.senderId === null ? provider.sender : { from: message.senderId }),
  };
}

/** @param created what Twilio says of the message; anything may be missing */
function acceptance(created: {
  readonly sid?: unknown;
  readonly status?: unknown;
  readonly errorCode?: unknown;
}): Verdict {
  const { sid, status, errorCode } = created;
  if (status === 'failed' || status === 'undelivered' || status === 'canceled') {
    const code = typeof errorCode === 'number' ? errorCode : null;
    return { ...verdictOf(400, code), detail: code === null ? status : `${status} ${code}` };
  }
  const known = typeof sid === 'string' && /^[A-Z]{2}\w{1,64}$/.test(sid) ? [sid] : [];
  return { ...verdictOfStatus(201), detail: ['201', ...known].join(' ') };
}

/** What the SDK asks of an HTTP client. */
interface SdkRequest {
  readonly method: string;
  readonly uri: string;
  readonly username?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly data?: unknown;
}

/** The SDK's client follows nothing and reads without bound; ours is the only way out. */
const requestOver = (outbound: Outbound, endpoint: string | null) => async (request: SdkRequest) => {
  const { username = '', password = '' } = request;
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  const { origin, pathname, search } = new URL(request.uri);
  const { status, headers, body } = await outbound.send({
    method: request.method.toUpperCase(),
    url: `${endpoint ?? origin}${pathname}${search}`,
    headers: { ...request.headers, authorization: `Basic ${credentials}` },
    body: formOf(request.data),
  });
  return { statusCode: status, body: parsed(body), headers };
};

const formOf = (data: unknown): string => {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(data ?? {})) form.append(name, String(value));
  return form.toString();
};

/** An object whatever came: the SDK reads fields of it, and what it cannot parse says no more than the status. */
function parsed(body: Buffer | null): object {
  try {
    const value: unknown = JSON.parse(body?.toString('utf8') ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
