import { parseSmsUrl } from '../domain/sms-provider.ts';
import type { Config } from './schema.ts';
import { mongoFaults } from './store-safety.ts';

/** Texts that give away a secret which was copied from somewhere or typed by hand. */
const WELL_KNOWN = /change.?me|replace|secret|passw|example|default|countersign|qwerty|0123456|1234567|abcdefg/i;

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;

/** OAuth client secrets have at least this many characters in production. */
const CLIENT_SECRET_CHARACTERS = 32;

/** With the 64 characters that a key may have, far beyond the 128 bits that a key of the Admin API needs. */
const ADMIN_KEY_CHARACTERS = 32;

const hostOf = (url: string): string => URL.parse(url)?.hostname ?? '';

function* secretFaults({ secret }: Config): Generator<string> {
  if (secret.length === 0) {
    yield 'SECRET is not set; make one with: openssl rand -base64 48';
  }
  for (const [index, value] of secret.entries()) {
    const which = secret.length === 1 ? 'SECRET' : `secret ${index + 1} of SECRET`;
    if (Buffer.byteLength(value) < 32) yield `${which} is shorter than 32 bytes`;
    else if (new Set(value).size < 10) yield `${which} repeats a few characters; take a random one`;
    if (WELL_KNOWN.test(value)) yield `${which} looks like a placeholder; take a random one`;
  }
  if (new Set(secret).size < secret.length) yield 'SECRET names the same secret twice';
}

function* outsideFaults(config: Config): Generator<string> {
  if (config.issuer.startsWith('http:') && !LOOPBACK.test(hostOf(config.issuer))) {
    yield `ISSUER is ${config.issuer}; anywhere but on this machine it has to be https`;
  }
  if (config.mail.url === null) {
    yield 'SMTP_URL is not set; no mail would reach anybody';
  } else if (config.mail.tls !== 'required' && !LOOPBACK.test(hostOf(config.mail.url))) {
    yield `MAIL_TLS is ${config.mail.tls}; codes would travel unprotected to an SMTP server that is not on this machine`;
  }
  for (const network of config.trustedProxies.filter((entry) => /\/0+$/.test(entry))) {
    yield `TRUSTED_PROXIES has ${network}; everybody could claim any address and get around the budgets`;
  }
}

function* smsFaults({ sms }: Config): Generator<string> {
  if (sms.url === null) {
    if (sms.countries.length > 0) {
      yield 'SMS_URL is not set, but SMS_COUNTRIES names countries; no text message would reach anybody';
    }
    return;
  }
  const provider = parseSmsUrl(sms.url);
  if (provider.kind === 'webhook' && provider.key.length < 24) {
    yield 'the secret in SMS_URL is shorter than 24 bytes; make one with: openssl rand -hex 32';
  }
}

function* clientFaults(config: Config): Generator<string> {
  if (config.demo) yield 'DEMO is on; its clients have well-known secrets';
  for (const { id, secret } of config.clients) {
    if (secret !== null && secret.length < CLIENT_SECRET_CHARACTERS) {
      yield `the secret of client ${id} is shorter than ${CLIENT_SECRET_CHARACTERS} characters`;
    }
  }
}

/** Applications that nobody has looked at could have what stands in the private network told things. */
function* registrationFaults({ registration, backchannelLogout }: Config): Generator<string> {
  if (registration.enabled && backchannelLogout.privateNetwork) {
    yield 'REGISTRATION_ENABLED and BACKCHANNEL_LOGOUT_PRIVATE_NETWORK are both on; whoever registers could reach into the private network';
  }
}

function* adminFaults({ admin: { apiKey } }: Config): Generator<string> {
  if (apiKey === null) return;
  if (apiKey.length < ADMIN_KEY_CHARACTERS) {
    yield `ADMIN_API_KEY is shorter than ${ADMIN_KEY_CHARACTERS} characters; make one with: openssl rand -base64 48`;
  } else if (new Set(apiKey).size < 10) yield 'ADMIN_API_KEY repeats a few characters; take a random one';
  if (WELL_KNOWN.test(apiKey)) yield 'ADMIN_API_KEY looks like a placeholder; take a random one';
}

/**
 * What production refuses to start with, everything at once, each line with its remedy. Redirect
 * URIs need no look here: an http one off loopback is refused wherever a client is declared.
 *
 * @returns one line for each; empty in development and when all is well
 */
export function unsafeInProduction(config: Config): string[] {
  if (config.environment !== 'production') return [];
  const faults = [
    ...secretFaults(config),
    ...outsideFaults(config),
    ...smsFaults(config),
    ...clientFaults(config),
    ...adminFaults(config),
    ...registrationFaults(config),
  ];
  if (/^sqlite:(?:$|.*:memory:|.*mode=memory)/.test(config.store.url)) {
    faults.push(`STORE_URL is ${config.store.url}; everything would be gone after a restart`);
  }
  if (!config.store.trustedNetwork) faults.push(...mongoFaults(config.store.url));
  return faults;
}

/**
 * Clients at which nobody can sign in: all they take, or the second factor they insist on, is text messages, and there
 * are none. Said and not refused, so that one of them keeps nobody else from signing in.
 */
function* unreachableClients({ clients, sms }: Config): Generator<string> {
  if (sms.countries.length > 0) return;
  for (const { id, channels, secondFactor } of clients.filter(({ type }) => type !== 'machine')) {
    const because = 'but SMS_COUNTRIES is empty, so that no text messages are sent: nobody can sign in there';
    if (!channels.includes('email')) yield `client ${id} takes phone numbers only, ${because}`;
    else if (secondFactor === 'always') yield `client ${id} always wants two factors, ${because}`;
  }
}

/** What works, but hardly as it was meant; said once at start. */
export const doubtful = (config: Config): string[] => [...unreachableClients(config), ...doubtfulInProduction(config)];

function doubtfulInProduction(config: Config): string[] {
  if (config.environment !== 'production') return [];
  const doubts: string[] = [];
  if (LOOPBACK.test(hostOf(config.issuer)) && !LOOPBACK.test(config.host)) {
    doubts.push(`ISSUER is ${config.issuer}, which only this machine can reach, but HOST is ${config.host}`);
  }
  if (config.issuer.startsWith('https:') && config.trustedProxies.length === 0) {
    doubts.push(
      'ISSUER is https, so a proxy stands in front, but TRUSTED_PROXIES is empty: all people share one budget',
    );
  }
  if (config.sms.url !== null && config.sms.countries.length === 0) {
    doubts.push('SMS_URL is set, but SMS_COUNTRIES is empty: nobody is sent a text message');
  }
  if (/@localhost>?$/.test(config.mail.from))
    doubts.push(`MAIL_FROM is ${config.mail.from}; mail servers will refuse it`);
  return doubts;
}
