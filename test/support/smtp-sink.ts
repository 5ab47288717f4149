import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { domainToASCII } from 'node:url';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from './localhost-certificate.ts';

/** A message as it came over the wire. */
export interface SunkMessage {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  /** Values by lower-case name; of a name that occurs twice, the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly parsed: Email;
  readonly raw: string;
  /** Whether TLS protected it. */
  readonly secure: boolean;
}

/**
 * - `accept`: takes everything
 * - `tempfail`: 451 to the recipient
 * - `reject`: 550 to the recipient
 * - `drop`: hangs up at the recipient
 * - `silent`: takes the connection and says nothing
 * - `refuse-data`: 554 after the whole message
 */
export type SinkMode = 'accept' | 'tempfail' | 'reject' | 'drop' | 'silent' | 'refuse-data';

export interface SinkOptions {
  /** Milliseconds before the answer to a message. */
  readonly delayMs?: number;
  /** `implicit` TLS, `starttls` with a self-signed certificate, or `none` offered. Default `none`. */
  readonly tls?: 'implicit' | 'starttls' | 'none';
  /** The one login that is taken; without it, none is asked for. */
  readonly login?: { readonly user: string; readonly pass: string };
}

/** A real SMTP server that keeps what it gets. */
export interface SmtpSink {
  /** `smtp://…` or `smtps://…` on 127.0.0.1, with the login if there is one. */
  readonly url: string;
  /** Oldest first. */
  readonly messages: readonly SunkMessage[];
  /** Connections taken so far. */
  readonly connections: number;
  /**
   * Resolves with the `count`th message to an address, the first one by default.
   * @throws after 5 s without it
   */
  waitFor(to: string, count?: number): Promise<SunkMessage>;
  setDelay(milliseconds: number): void;
  setMode(mode: SinkMode): void;
  close(): Promise<void>;
}

/** An error that the server turns into this reply. */
const reply = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

/** The server shows domains in Unicode; on the wire they are A-labels, which is what canonical addresses have. */
function onWire(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + domainToASCII(address.slice(at));
}

async function read(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<SunkMessage> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const parsed = await PostalMime.parse(raw);
  const { mailFrom, rcptTo } = session.envelope;
  return {
    envelope: { from: mailFrom ? onWire(mailFrom.address) : '', to: rcptTo.map(({ address }) => onWire(address)) },
    headers: Object.fromEntries(parsed.headers.map(({ key, value }) => [key, value])),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html ?? null,
    parsed,
    raw: raw.toString('utf8'),
    secure: session.secure,
  };
}

const tlsOptions = (tls: 'implicit' | 'starttls' | 'none') => ({
  key: LOCALHOST_KEY,
  cert: LOCALHOST_CERTIFICATE,
  secure: tls === 'implicit',
  disabledCommands: tls === 'none' ? ['STARTTLS'] : [],
});

/** Starts a sink on 127.0.0.1 at a free port. */
export async function startSmtpSink(options: SinkOptions = {}): Promise<SmtpSink> {
  const { tls = 'none', login } = options;
  const messages: SunkMessage[] = [];
  let mode: SinkMode = 'accept';
  let delayMs = options.delayMs ?? 0;
  let connections = 0;
  let arrived = Promise.withResolvers<void>();

  const atRecipient = (session: SMTPServerSession): Error | null => {
    if (mode === 'tempfail') return reply(451, '4.3.0 later, <somebody@example.org>');
    if (mode === 'reject') return reply(550, '5.1.1 no such user <somebody@example.org>');
    if (mode === 'drop') for (const open of server.connections) if (open.session.id === session.id) open.close();
    return null;
  };
  const server = new SMTPServer({
    ...tlsOptions(tls),
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 20,
    onConnect(_session, callback) {
      connections += 1;
      if (mode !== 'silent') callback();
    },
    onAuth({ username, password }, _session, callback) {
      if (username === login?.user && password === login?.pass) callback(null, { user: username });
      else callback(reply(535, '5.7.8 no'));
    },
    onRcptTo: (_address, session, callback) => callback(atRecipient(session)),
    async onData(stream, session, callback) {
      const message = await read(stream, session);
      await delay(delayMs);
      if (mode === 'refuse-data') return callback(reply(554, '5.7.1 not this'));
      messages.push(message);
      callback(null, 'kept');
      arrived.resolve();
      arrived = Promise.withResolvers();
    },
  });
  // A client that hangs up is part of what is tested.
  server.on('error', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');

  const { port } = server.server.address() as AddressInfo;
  const credentials = login === undefined ? '' : `${login.user}:${encodeURIComponent(login.pass)}@`;
  return {
    url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://${credentials}127.0.0.1:${port}`,
    messages,
    get connections() {
      return connections;
    },
    async waitFor(to, count = 1) {
      const deadline = AbortSignal.timeout(5000);
      for (;;) {
        const found = messages.filter(({ envelope }) => envelope.to.includes(to))[count - 1];
        if (found !== undefined) return found;
        await Promise.race([arrived.promise, aborted(deadline, `no message ${count} to ${to}`)]);
      }
    },
    setDelay(milliseconds) {
      delayMs = milliseconds;
    },
    setMode(next) {
      mode = next;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const aborted = (signal: AbortSignal, message: string): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(message)), { once: true });
  });
