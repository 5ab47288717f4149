import { type Branding, PLAIN_BRANDING, textsIn } from '../../domain/branding.ts';
import { type Challenge, referenceTag } from '../../domain/challenge.ts';
import { filledIn, type Message, type Notice } from '../../domain/message.ts';
import { logoTypeOf, type MailContent, saysSomething } from '../../domain/message-content.ts';
import { isSenderId } from '../../domain/sms-provider.ts';
import type { Clock } from '../../ports/clock.ts';
import type { InlineImage, OutgoingMessage } from '../../ports/sender.ts';
import type { MailWording } from '../../ports/views/messages.ts';
import type { RenderedMessage, Views } from '../../ports/views.ts';
import type { Challenges } from '../challenges/challenges.ts';
import type { Clients } from '../clients/clients.ts';

/** What messages are written with. */
export interface MessageWriterDeps {
  /** Name of this installation, the sender's name in messages. */
  readonly service: string;
  /** Its host is the right-hand side of message ids; the account is looked after below it. */
  readonly issuer: string;
  /** BCP 47 tag of the language that clients say everything in. */
  readonly locale: string;
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

/** What stands around the text: who seems to have sent it, and what it shows. */
type Envelope = Pick<OutgoingMessage, 'senderName' | 'senderId' | 'images'>;

export function createMessageWriter(deps: MessageWriterDeps): MessageWriter {
  const host = new URL(deps.issuer).hostname;
  const plain: Envelope = { senderName: deps.service, senderId: null, images: [] };
  const addressed = (
    message: Message,
    rendered: RenderedMessage,
    proof: Proof,
    envelope: Envelope = plain,
  ): OutgoingMessage => ({
    ...rendered,
    ...proof,
    ...envelope,
    messageId: `<${message.id}@${host}>`,
    to: message.to.value,
    notAfter: message.notAfter,
  });
  return {
    async write(message, challenge) {
      if (message.notice !== null) {
        return addressed(message, noticeOf(deps, message, message.notice), { code: null, link: null });
      }
      const code = challenge === null ? null : deps.challenges.codeOf(challenge);
      if (challenge === null || code === null) return null;
      const link = deps.challenges.linkOf(challenge);
      const proof = { code: challenge.proof === 'link' && link !== null ? null : code, link };
      const envelope = envelopeOf(message, challenge, plain, host);
      const [logo] = envelope.images;
      return addressed(message, await codeMessageOf(deps, { message, challenge, proof, logo }), proof, envelope);
    },
  };
}

function envelopeOf(message: Message, { content }: Challenge, plain: Envelope, host: string): Envelope {
  if (message.to.channel === 'sms') {
    const senderId = content?.sms?.senderId ?? null;
    return { ...plain, senderId: senderId !== null && isSenderId(senderId) ? senderId : null };
  }
  const base64 = content?.mail?.logo ?? null;
  const type = base64 === null ? null : logoTypeOf(base64);
  return {
    ...plain,
    senderName: worded(content?.mail?.senderName) ?? plain.senderName,
    images: base64 === null || type === null ? [] : [{ contentId: `logo.${message.id}@${host}`, type, base64 }],
  };
}

const worded = (text: string | null | undefined): string | null => (text != null && saysSomething(text) ? text : null);

/** How the mails of a client look, whatever a request says. */
interface MailLooks {
  readonly accent: string | null;
  readonly mailIntro: string | null;
}

const mailLooks = (branding: Branding, locale: string, usual: string): MailLooks => ({
  accent: branding.accent,
  mailIntro: textsIn(branding, locale, usual).mailIntro,
});

/** What a request said about its mail goes before how its client looks. */
function wordingOf(mail: MailContent | null, logo: InlineImage | undefined, looks: MailLooks): MailWording {
  const [headerText, bodyText] = [worded(mail?.headerText), worded(mail?.bodyText)];
  return {
    subject: worded(mail?.subject),
    headerText,
    bodyText,
    linkText: worded(mail?.linkText),
    infoText: worded(mail?.infoText),
    footerText: worded(mail?.footerText),
    primaryColor: mail?.primaryColor ?? looks.accent,
    logoId: logo?.contentId ?? null,
    introText: headerText === null && bodyText === null ? looks.mailIntro : null,
  };
}

/** What a mail says whose request said nothing about it: how its client looks. */
export const brandedWording = (branding: Branding, locale: string, usual: string): MailWording =>
  wordingOf(null, undefined, mailLooks(branding, locale, usual));

async function codeMessageOf(
  { clients, views, clock, service, issuer, smsText, locale }: MessageWriterDeps,
  {
    message,
    challenge,
    proof,
    logo,
  }: {
    readonly message: Message;
    readonly challenge: Challenge;
    readonly proof: Proof;
    readonly logo: InlineImage | undefined;
  },
): Promise<RenderedMessage> {
  const client = await clients.find(message.clientId);
  const clientName = client?.name ?? service;
  const { mail = null, sms = null } = challenge.content ?? {};
  const wording = worded(sms?.text) ?? client?.smsText ?? smsText;
  return views.message(message.to.channel, 'code', message.locale, service, {
    ...proof,
    adds: challenge.purpose === 'add-identifier',
    reference: referenceTag(challenge.id),
    minutes: Math.max(1, Math.round((challenge.expiresAt - clock.now()) / 60_000)),
    clientName,
    wording: wording === null || proof.code === null ? null : filledIn(wording, { otp: proof.code, app: clientName }),
    host: challenge.interactionId === null && challenge.intent !== null ? null : new URL(issuer).hostname,
    askedFrom: challenge.askedFrom,
    own: wordingOf(mail, logo, mailLooks(client?.branding ?? PLAIN_BRANDING, message.locale, locale)),
  });
}

function noticeOf({ views, service, issuer }: MessageWriterDeps, message: Message, notice: Notice): RenderedMessage {
  const { to, locale, createdAt } = message;
  if (message.template === 'invitation') {
    return views.message(to.channel, 'invitation', locale, service, { notice, consoleUrl: `${issuer}/admin` });
  }
  const at = new Date(createdAt).toISOString();
  return views.message(to.channel, 'notice', locale, service, { notice, at, accountUrl: `${issuer}/account` });
}
