import type { z } from 'zod';
import type { MessageContent } from '../../domain/message-content.ts';
import type { emailContent } from './schemas/sign-in-request.ts';

/** What a request says about its mail, in our words; null when it says nothing. */
export function mailContentOf(given: z.output<typeof emailContent> | undefined): MessageContent | null {
  if (given === undefined) return null;
  const mail = {
    subject: given.subject,
    senderName: given.senderName ?? null,
    headerText: given.headerText ?? null,
    bodyText: given.bodyText ?? null,
    linkText: given.linkText ?? null,
    infoText: given.infoText ?? null,
    footerText: given.footerText ?? null,
    primaryColor: given.primaryColor ?? null,
    logo: given.base64logo ?? null,
  };
  return { mail, sms: null };
}

/** The same of a text message. */
export const smsContentOf = (text: string | undefined, senderId: string | undefined): MessageContent | null =>
  text === undefined && senderId === undefined
    ? null
    : { mail: null, sms: { text: text ?? null, senderId: senderId ?? null } };
