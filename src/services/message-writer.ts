import { type Challenge, referenceTag } from '../domain/challenge.ts';
import { filledIn, type Message, type Notice } from '../domain/message.ts';
import type { Clock } from '../ports/clock.ts';
import type { OutgoingMessage } from '../ports/sender.ts';
import type { RenderedMessage, Views } from '../ports/views.ts';
import type { Challenges } from './challenges.ts';
import type { Clients } from './clients.ts';

/** What messages are written with. */
export interface MessageWriterDeps {
  /** Name of this installation, the sender's name in messages. */
  readonly service: string;
  /** Its host is the right-hand side of message ids; the account is looked after below it. */
  readonly issuer: string;
  /** The text of every SMS whose client has none of its own; null takes that of the language. */
  readonly smsText: string | null;
  readonly challenges: Pick<Challenges, 'codeOf' | 'linkOf'>;
  readonly clients: Pick<Clients, 'find'>;
  readonly views: Views;
  readonly clock: Clock;
}

export interface MessageWriter {
  /**
   * Derives what the message carries and renders it in its language.
   * @returns null when the code cannot be derived any more: its pepper was dropped from `SECRET`
   */
  write(message: Message, challenge: Challenge | null): Promise<OutgoingMessage | null>;
}

type Proof = Pick<OutgoingMessage, 'code' | 'link'>;

export function createMessageWriter(deps: MessageWriterDeps): MessageWriter {
  const host = new URL(deps.issuer).hostname;
  const addressed = (message: Message, rendered: RenderedMessage, proof: Proof): OutgoingMessage => ({
    ...rendered,
    ...proof,
    messageId: `<${message.id}@${host}>`,
    to: message.to.value,
    notAfter: message.notAfter,
    senderName: deps.service,
  });
  return {
    async write(message, challenge) {
      if (message.notice !== null) {
        return addressed(message, noticeOf(deps, message, message.notice), { code: null, link: null });
      }
      const code = challenge === null ? null : deps.challenges.codeOf(challenge);
      if (challenge === null || code === null) return null;
      const link = deps.challenges.linkOf(challenge);
      // A challenge over an API has no page that a link could lead to; its message always carries the code.
      const proof = { code: challenge.proof === 'link' && link !== null ? null : code, link };
      return addressed(message, await codeMessageOf(deps, message, challenge, proof), proof);
    },
  };
}

async function codeMessageOf(
  { clients, views, clock, service, issuer, smsText }: MessageWriterDeps,
  message: Message,
  challenge: Challenge,
  proof: Proof,
): Promise<RenderedMessage> {
  const client = await clients.find(message.clientId);
  const clientName = client?.name ?? service;
  const wording = client?.smsText ?? smsText;
  return views.message(message.to.channel, 'code', message.locale, service, {
    ...proof,
    adds: challenge.purpose === 'add-identifier',
    reference: referenceTag(challenge.id),
    minutes: Math.max(1, Math.round((challenge.expiresAt - clock.now()) / 60_000)),
    clientName,
    wording: wording === null || proof.code === null ? null : filledIn(wording, { otp: proof.code, app: clientName }),
    host: new URL(issuer).hostname,
    place: null,
  });
}

const noticeOf = ({ views, service, issuer }: MessageWriterDeps, message: Message, notice: Notice): RenderedMessage =>
  views.message(message.to.channel, 'notice', message.locale, service, {
    notice,
    at: new Date(message.createdAt).toISOString(),
    accountUrl: `${issuer}/account`,
  });
