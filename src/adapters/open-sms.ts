import { isIP } from 'node:net';
import { parseSmsUrl, type SmsProvider } from '../domain/sms-provider.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Sender } from '../ports/sender.ts';
import { createOutbound, mayConnect } from './outbound/index.ts';
import { createWebhookSender } from './sms-webhook/index.ts';

/** How text messages leave; the configuration's section `sms`. */
export interface SmsRules {
  /** At most eleven characters; null leaves it to the provider. */
  readonly senderId: string | null;
  /** For one request to the provider. */
  readonly timeoutSeconds: number;
  /** The provider may be on this machine or in a private network. */
  readonly privateNetwork: boolean;
}

/**
 * Opens the way to the provider that a URL names: `webhook+https://`, `twilio://` or `sns://`. Nothing is sent yet.
 *
 * @throws SmsUrlError for a URL that is none; the configuration has checked it
 * @throws Error with a message for the operator: an SDK is not installed, or the provider is where nobody may connect to
 */
export async function openSmsSender(
  url: string,
  rules: SmsRules,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Sender> {
  const provider = parseSmsUrl(url);
  refuseAddress(provider, rules.privateNetwork);
  const outbound = createOutbound(rules);
  // SDKs are loaded late: most installations have none of them.
  switch (provider.kind) {
    case 'webhook':
      return createWebhookSender({ ...rules, provider, outbound, clock, log });
    case 'twilio': {
      const { createTwilioSender } = await import('./sms-twilio/index.ts');
      return createTwilioSender({ provider, outbound, clock, log });
    }
    case 'sns': {
      const { createSnsSender } = await import('./sms-sns/index.ts');
      return createSnsSender({ ...rules, provider, outbound, log });
    }
  }
}

/** An address that every message would be refused at is said at start, not at the first sign-in. */
function refuseAddress(provider: SmsProvider, privateNetwork: boolean): void {
  const place = provider.kind === 'webhook' ? provider.url : provider.endpoint;
  const host = place === null ? '' : new URL(place).hostname.replace(/^\[(.*)]$/, '$1');
  const refused = host === 'localhost' ? !privateNetwork : isIP(host) !== 0 && !mayConnect(host, privateNetwork);
  if (refused) {
    throw new Error(
      'SMS_URL leads to this machine or into a private network; if it is meant to, set SMS_PRIVATE_NETWORK=true',
    );
  }
}
