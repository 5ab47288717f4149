/** Who hands text messages to the world, and how it is reached. */
export type SmsProvider = WebhookProvider | TwilioProvider | SnsProvider;

/** A service of one's own; every request is signed (Standard Webhooks). */
export interface WebhookProvider {
  readonly kind: 'webhook';
  /** Without the secret. */
  readonly url: string;
  readonly key: Buffer;
}

export interface TwilioProvider {
  readonly kind: 'twilio';
  readonly accountSid: string;
  /** The account's SID or that of an API key, and what belongs to it. */
  readonly username: string;
  readonly password: string;
  /** A number in E.164, a short code or a sender id; or a messaging service, which has senders of its own. */
  readonly sender: { readonly from: string } | { readonly messagingServiceSid: string };
  readonly edge: string | null;
  readonly region: string | null;
  /** An origin instead of Twilio's. */
  readonly endpoint: string | null;
}

export interface SnsProvider {
  readonly kind: 'sns';
  readonly region: string;
  /** Null: wherever the SDK finds them. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
  /** An origin instead of Amazon's. */
  readonly endpoint: string | null;
}

/** What is wrong with the URL of an SMS provider, for whoever wrote it; holds nothing of the URL. */
export class SmsUrlError extends Error {}

/** True for a number in E.164 (ITU-T E.164 §6), the only form that goes to a provider. */
export const isE164 = (text: string): boolean => /^\+[1-9]\d{6,14}$/.test(text);

/** What phones show as the sender where the country allows it: at most eleven characters (GSM 03.38 alphanumeric address). */
export const isSenderId = (text: string): boolean =>
  /^(?=.*[A-Za-z])[A-Za-z\d](?:[A-Za-z\d-]{0,9}[A-Za-z\d])?$/.test(text);

/**
 * Reads `webhook+https://user:secret@host/path`, `twilio://SID:TOKEN@FROM` or `sns://REGION`.
 *
 * @throws SmsUrlError
 */
export function parseSmsUrl(text: string): SmsProvider {
  const url = URL.parse(text.replace(/^webhook\+(?=https?:)/i, ''));
  if (url === null) throw new SmsUrlError('expected webhook+https://…, twilio://… or sns://…');
  if (/^webhook\+/i.test(text)) return webhookOf(url);
  if (url.protocol === 'twilio:') return twilioOf(url);
  if (url.protocol === 'sns:') return snsOf(url);
  throw new SmsUrlError('expected webhook+https://…, twilio://… or sns://…');
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1])$/;

/** Codes travel in it: nothing unprotected leaves this machine. */
const isProtected = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));

/** Percent-encoding undone. @throws SmsUrlError */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new SmsUrlError('holds a % that begins no percent-encoding');
  }
}

function webhookOf(url: URL): WebhookProvider {
  if (!isProtected(url))
    throw new SmsUrlError('expected webhook+https://…; webhook+http:// only leads to this machine');
  const secret = decoded(url.password);
  if (secret === '') throw new SmsUrlError('names no secret: webhook+https://user:SECRET@host/path');
  url.username = '';
  url.password = '';
  url.hash = '';
  return { kind: 'webhook', url: url.href, key: keyOf(secret) };
}

/** Standard Webhooks: `whsec_` and the key in base64. Any other text is the key itself. */
function keyOf(secret: string): Buffer {
  if (!secret.startsWith('whsec_')) return Buffer.from(secret, 'utf8');
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  if (key.length < 24 || key.length > 64) {
    throw new SmsUrlError('expected a secret of 24 to 64 bytes in base64 behind whsec_ (Standard Webhooks)');
  }
  return key;
}

function twilioOf(url: URL): TwilioProvider {
  const [username, password] = [decoded(url.username), decoded(url.password)];
  const accountSid = username.startsWith('AC') ? username : (url.searchParams.get('account') ?? '');
  if (!/^AC\w+$/.test(accountSid) || !/^(?:AC|SK)\w+$/.test(username) || password === '') {
    throw new SmsUrlError(
      'expected twilio://ACCOUNT_SID:AUTH_TOKEN@FROM or twilio://KEY_SID:SECRET@FROM?account=ACCOUNT_SID',
    );
  }
  const sender = twilioSender(decoded(url.hostname));
  onlyParameters(url, ['account', 'edge', 'region', 'endpoint']);
  const [edge, region] = [url.searchParams.get('edge'), url.searchParams.get('region')];
  if ([edge, region].some((label) => label !== null && !/^[a-z\d-]{1,30}$/.test(label))) {
    throw new SmsUrlError('expected an edge such as dublin and a region such as ie1');
  }
  return { kind: 'twilio', accountSid, username, password, sender, edge, region, endpoint: endpointOf(url) };
}

function twilioSender(text: string): TwilioProvider['sender'] {
  if (/^MG\w{10,}$/.test(text)) return { messagingServiceSid: text };
  if (isE164(text) || /^\d{3,8}$/.test(text) || isSenderId(text)) return { from: text };
  throw new SmsUrlError(
    'expected behind the @ a number such as +15005550006, a short code, a messaging service (MG…) or a sender id of at most 11 characters',
  );
}

function snsOf(url: URL): SnsProvider {
  const region = url.hostname;
  if (!/^[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}$/.test(region)) {
    throw new SmsUrlError('expected a region: sns://eu-central-1 or sns://KEY:SECRET@eu-central-1');
  }
  const [accessKeyId, secretAccessKey] = [decoded(url.username), decoded(url.password)];
  if ((accessKeyId === '') !== (secretAccessKey === '')) {
    throw new SmsUrlError('expected both the access key and its secret, or neither: sns://KEY:SECRET@eu-central-1');
  }
  onlyParameters(url, ['endpoint']);
  const credentials = accessKeyId === '' ? null : { accessKeyId, secretAccessKey };
  return { kind: 'sns', region, credentials, endpoint: endpointOf(url) };
}

/** A misspelt parameter would otherwise be left out without a word. */
function onlyParameters(url: URL, known: readonly string[]): void {
  if (!/^\/?$/.test(url.pathname) || url.hash !== '')
    throw new SmsUrlError('expected nothing between the host and the ?');
  if ([...url.searchParams.keys()].some((name) => !known.includes(name))) {
    throw new SmsUrlError(`expected no parameters but ${known.join(', ')}`);
  }
}

function endpointOf(url: URL): string | null {
  const text = url.searchParams.get('endpoint');
  if (text === null) return null;
  const endpoint = URL.parse(text);
  if (endpoint === null || !isProtected(endpoint) || endpoint.href !== `${endpoint.origin}/`) {
    throw new SmsUrlError(
      'expected an endpoint such as https://sms.example.com, without path; http:// only leads to this machine',
    );
  }
  return endpoint.origin;
}
