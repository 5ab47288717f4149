import { z } from 'zod';
import type { Client, SignUpPolicy } from '../../../domain/client.ts';
import { type Identifier, parseEmail } from '../../../domain/identifier.ts';
import type { MessageContent } from '../../../domain/message-content.ts';
import { parsePhone } from '../../../domain/phone.ts';
import type { ApiProofs } from '../../../services/api-proofs.ts';
import type { Caller } from '../../../services/caller.ts';
import { mailContentOf, smsContentOf } from '../message-content.ts';
import { type Operation, operation } from '../operation.ts';
import { approvalData, customMessage, email, emailContent, phoneNumber, senderId } from '../schemas/sign-in-request.ts';
import { approvalField, intentFields, intentOf } from './intent.ts';

export interface SendingDeps {
  readonly apiProofs: Pick<ApiProofs, 'send'>;
  /** The installation's policy. */
  readonly signUp: SignUpPolicy;
}

const emailCode = z.object({
  email,
  ...intentFields,
  ...approvalField,
  email_content: emailContent.optional(),
});

const emailLink = z.object({ email, ...intentFields, email_content: emailContent.optional() });

const smsCode = z.object({
  phone_number: phoneNumber,
  ...intentFields,
  ...approvalField,
  custom_message: customMessage.optional(),
  sender_id: senderId.optional(),
});

const sent = z.object({ message: z.string(), approval_data: approvalData.optional() });

/** The same for all that sends: the hosted envelope, and what a developer has to know of answers to it. */
const common = {
  group: 'Hosted sign-in',
  method: 'post',
  envelope: 'hosted',
  permission: 'auth:execute',
} as const;

const NEUTRAL =
  'The answer is the same whether somebody has an account or not, unless the client has the permission ' +
  '`users:reveal`: then an unknown person is a 404. A new code makes the former one void. Fields that are not ' +
  'listed are ignored.';

const failures = { 404: 'Nobody has this address or number, and the client may know' } as const;

const callback = 'http://localhost:3001/callback';

type Asked = Parameters<typeof intentOf>[1];

/** Sends a code or a link for a hosted sign-in. @returns what was approved, for the answer */
async function send(
  deps: SendingDeps,
  { client, body, caller }: { client: Client; body: Asked; caller: Caller },
  message: { identifier: Identifier; proof: 'code' | 'link'; content: MessageContent | null },
): Promise<{ approval_data?: Record<string, string> }> {
  const intent = intentOf(client, body, deps.signUp);
  await deps.apiProofs.send({ client, intent, ...message }, caller);
  return intent.approvalData === null ? {} : { approval_data: { ...intent.approvalData } };
}

const sendEmailCode = (deps: SendingDeps): Operation =>
  operation({
    ...common,
    id: 'sendEmailCode',
    path: '/auth/otp/email',
    summary: 'Send a code by e-mail',
    description: `Sends a one-time code, to be typed into your own form and checked by \`validateEmailCode\`. ${NEUTRAL}`,
    body: emailCode,
    success: { status: 200, description: 'The code is on its way', schema: sent },
    failures,
    examples: [
      {
        summary: 'Sign in, or sign up',
        body: { email: 'ada@example.org', redirect_uri: callback, create_new_user: true },
        answer: { message: 'OTP email sent' },
      },
    ],
    async handle(call) {
      const content = mailContentOf(call.body.email_content);
      const identifier = parseEmail(call.body.email);
      return { message: 'OTP email sent', ...(await send(deps, call, { identifier, proof: 'code', content })) };
    },
  });

const sendSmsCode = (deps: SendingDeps): Operation =>
  operation({
    ...common,
    id: 'sendSmsCode',
    path: '/auth/otp/sms',
    summary: 'Send a code by SMS',
    description: `Sends a one-time code, to be typed into your own form and checked by \`validateSmsCode\`. ${NEUTRAL}`,
    body: smsCode,
    success: { status: 200, description: 'The code is on its way', schema: sent },
    failures,
    examples: [
      {
        summary: 'Sign in, or sign up',
        body: { phone_number: '+4915112345678', redirect_uri: callback, create_new_user: true },
        answer: { message: 'SMS sent' },
      },
    ],
    async handle(call) {
      const content = smsContentOf(call.body.custom_message, call.body.sender_id);
      const identifier = parsePhone(call.body.phone_number, null);
      return { message: 'SMS sent', ...(await send(deps, call, { identifier, proof: 'code', content })) };
    },
  });

const sendEmailLink = (deps: SendingDeps): Operation =>
  operation({
    ...common,
    id: 'sendEmailLink',
    path: '/auth/links/email',
    summary: 'Send a link by e-mail',
    description:
      'Sends a link to a page that names your application and has a button; pressing it goes on to the redirect URI ' +
      `with an authorization code, in whichever browser the mail was opened. ${NEUTRAL}`,
    body: emailLink,
    success: { status: 200, description: 'The link is on its way', schema: z.object({ message: z.string() }) },
    failures,
    examples: [
      {
        summary: 'Sign in, or sign up',
        body: { email: 'ada@example.org', redirect_uri: callback, create_new_user: true },
        answer: { message: 'Email sent successfully' },
      },
    ],
    async handle(call) {
      const content = mailContentOf(call.body.email_content);
      await send(deps, call, { identifier: parseEmail(call.body.email), proof: 'link', content });
      return { message: 'Email sent successfully' };
    },
  });

/** What sends something to a person who signs in at a client's own form. */
export const hostedSending = (deps: SendingDeps): Operation[] => [
  sendEmailCode(deps),
  sendSmsCode(deps),
  sendEmailLink(deps),
];
