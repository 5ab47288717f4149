import { createTransport } from 'nodemailer';
import { parseEmail } from '../../domain/identifier.ts';
import type { Log } from '../../ports/log.ts';
import type { DeliveryResult, InlineImage, OutgoingMessage, Sender } from '../../ports/sender.ts';
import { headerMessageId, headerText, type Mailbox, parseMailbox } from './mailbox.ts';
import { failureOf, resultOfAcceptance, resultOfFailure } from './outcome.ts';

export interface SmtpSenderOptions {
  /** `smtp://[user:password@]host[:port]`, or `smtps://` for TLS from the first byte. */
  readonly url: string;
  /** `address` or `Name <address>`; the name stands in for messages that bring none. */
  readonly from: string;
  /**
   * `required`: TLS ≥ 1.2 with a valid certificate, or no delivery. `opportunistic`: TLS where it is offered,
   * whatever the certificate (RFC 7435). `none`: STARTTLS is not asked for.
   */
  readonly tls: 'required' | 'opportunistic' | 'none';
  /** Bound of each step in seconds: connecting, greeting, silence. A delivery as a whole gets twice that. */
  readonly timeoutSeconds: number;
  readonly log: Log;
  /** Connections kept open at most. */
  readonly connections?: number;
}

/** Reasons an operator has to do something about. */
const OPERATOR = new Set(['EAUTH', 'ENOAUTH', 'ETLS', 'EDNS', 'ECONFIG']);

const parts = (url: string) => {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const user = decodeURIComponent(username);
  return {
    host: hostname.replace(/^\[(.*)]$/, '$1'),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(password) } }),
  };
};

function createPool({ url, tls, timeoutSeconds, connections = 8 }: SmtpSenderOptions) {
  const milliseconds = timeoutSeconds * 1000;
  return createTransport({
    ...parts(url),
    pool: true,
    maxConnections: connections,
    // The outbox retries; here only a message of which no byte has left may move to a fresh connection, once.
    maxRequeues: 1,
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    opportunisticTLS: tls === 'opportunistic',
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: tls === 'required' },
    connectionTimeout: milliseconds,
    greetingTimeout: milliseconds,
    socketTimeout: milliseconds,
    dnsTimeout: milliseconds,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Addresses are handed over as objects, so that no parser looks at them again. */
function mailOf(message: OutgoingMessage, from: Mailbox) {
  const to = { name: '', address: message.to };
  return {
    envelope: { from: { name: '', address: from.address }, to: [to] },
    from: { name: headerText(message.senderName) || from.name, address: from.address },
    to,
    subject: headerText(message.subject),
    text: message.text,
    ...(message.html === null ? {} : { html: message.html, attachments: message.images.map(attached) }),
    messageId: headerMessageId(message.messageId, from.address.slice(from.address.lastIndexOf('@') + 1)),
    // RFC 3834 §5: no out-of-office replies to a code; the second header says it to Exchange.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Beside the text that shows it (RFC 2387), and no attachment to whoever reads the mail. */
const attached = ({ contentId, type, base64 }: InlineImage) => ({
  cid: contentId,
  contentType: type,
  content: Buffer.from(base64, 'base64'),
  filename: `logo.${type.slice('image/'.length)}`,
  contentDisposition: 'inline' as const,
});

const isCanonical = (address: string): boolean => {
  try {
    return parseEmail(address).value === address;
  } catch {
    return false;
  }
};

/**
 * Hands mail to one SMTP server over a few connections that stay open. Exactly one recipient a message, equal to
 * `to`. Never throws: what the server says is the result, told in codes without the address.
 *
 * @throws TypeError for a URL that is none; the configuration has checked it
 */
export function createSmtpSender(options: SmtpSenderOptions): Sender {
  const pool = createPool(options);
  const from = parseMailbox(options.from);
  return {
    channel: 'email',
    async send(message): Promise<DeliveryResult> {
      if (!isCanonical(message.to)) return { outcome: 'permanent', detail: 'recipient not canonical' };
      try {
        // No timeout of a step notices a server that says a little again and again; the lease would run out.
        const signal = AbortSignal.timeout(options.timeoutSeconds * 2000);
        const { response } = await pool.sendMail({ ...mailOf(message, from), signal });
        return resultOfAcceptance(response);
      } catch (error) {
        const failure = failureOf(error);
        if (OPERATOR.has(failure.reason)) {
          options.log.warn({ reason: failure.reason, reply: failure.reply, step: failure.step }, 'mail cannot leave');
        }
        return resultOfFailure(failure);
      }
    },
    async close() {
      pool.close();
    },
  };
}
