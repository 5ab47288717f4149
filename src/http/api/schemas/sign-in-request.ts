import { z } from 'zod';
import { approvalDataFault } from '../../../domain/approval-data.ts';
import { isColour, logoTypeOf, saysSomething } from '../../../domain/message-content.ts';
import { isResourceIndicator } from '../../../domain/resource-indicator.ts';
import { isSenderId } from '../../../domain/sms-provider.ts';

/** One line of text that a mail shows: no control characters in it, so that nothing becomes a header. */
const line = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^\P{C}*$/u, 'must be one line of text')
    .refine(saysSomething, 'must not be empty');

/** Some lines of text. */
const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[\P{C}\n\r\t]*$/u, 'must be text')
    .refine(saysSomething, 'must not be empty');

export const emailContent = z
  .object({
    subject: line(150),
    senderName: line(100).optional(),
    headerText: line(200).optional(),
    bodyText: text(2000).optional(),
    linkText: line(100).optional(),
    infoText: text(1000).optional(),
    footerText: text(1000).optional(),
    primaryColor: z.string().refine(isColour, 'expected #rrggbb').optional(),
    base64logo: z
      .string()
      .max(20_000)
      .refine((logo) => logoTypeOf(logo) !== null, 'expected a PNG, JPEG or GIF in base64')
      .optional(),
  })
  .describe('What the mail says in place of our own texts. Text only: everything is escaped.')
  .meta({ id: 'EmailContent' });

export const customMessage = z
  .string()
  .max(140)
  .refine((message) => message.includes('{otp}') && message.includes('{app}'), 'must contain {otp} and {app}')
  .refine((message) => /^[\P{C}\n]*$/u.test(message), 'must be text')
  .describe('The text of the message, with {otp} and {app} in it.');

export const senderId = z
  .string()
  .max(11)
  .refine(isSenderId, 'expected at most 11 letters, digits and dashes')
  .describe('Whom the message is from, where the country allows it.');

const claim = z.union([
  z.null(),
  z.object({
    essential: z.boolean().optional(),
    value: z.union([z.string(), z.number(), z.boolean()]).optional(),
    values: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .max(20)
      .optional(),
  }),
]);
const claimsOf = z.record(z.string().max(100), claim);

export const claims = z
  .object({ id_token: claimsOf.optional(), userinfo: claimsOf.optional() })
  .refine(({ id_token, userinfo }) => id_token !== undefined || userinfo !== undefined, 'expected id_token or userinfo')
  .refine((asked) => JSON.stringify(asked).length <= 2000, 'is too long')
  .describe('The `claims` parameter (OpenID Connect Core §5.5).')
  .meta({ examples: [{ id_token: { roles: null } }] });

export const resource = z
  .string()
  .max(2048)
  .refine(isResourceIndicator, 'expected an absolute URI without fragment')
  .describe('Audience of the access token; one that is configured for the client (RFC 8707).');

export const clientAttributes = z
  .object({
    user_agent: z.string().max(1024).optional(),
    ip_address: z.union([z.ipv4(), z.ipv6()]).optional(),
  })
  .describe('The device that the person is at, as far as you know it. Recorded, and decides nothing.')
  .meta({ id: 'ClientAttributes' });

export const organizationId = z.string().min(1).max(128).describe('The organization the person signs in for.');

export const approvalData = z
  .record(z.string(), z.string())
  .superRefine((data, context) => {
    const fault = approvalDataFault(data);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  })
  .describe('What the person approves: at most 10 flat entries; in the ID token as the claim `approval_data`.')
  .meta({ examples: [{ amount: '30', currency: 'EUR' }] });

export const redirectUri = z.string().min(1).max(2048).describe('A redirect URI of the client, exactly.');
export const email = z
  .string()
  .min(1)
  .max(320)
  .describe('E-mail address.')
  .meta({ examples: ['ada@example.org'] });
export const phoneNumber = z
  .string()
  .min(1)
  .max(64)
  .describe('Phone number in E.164.')
  .meta({ examples: ['+4915112345678'] });
export const passcode = z.string().min(1).max(64).describe('What the person typed.');
