import { z } from 'zod';
import { type Client, channelsOf } from '../../../domain/client.ts';
import { Problem } from '../../../domain/errors.ts';
import { parseEmail } from '../../../domain/identifier.ts';
import { parsePhone } from '../../../domain/phone.ts';
import type { MadeProof } from '../../../oidc/backend-sign-in.ts';
import type { Way } from '../../../services/people/backend-people.ts';
import { BodyFault } from '../json-body.ts';
import { mailContentOf, smsContentOf } from '../message-content.ts';
import { type Operation, operation } from '../operation.ts';
import {
  authenticationFields,
  backendTokens,
  deviceFields,
  generateRequestId,
  minutes,
  namedFields,
} from '../schemas/backend.ts';
import {
  approvalData,
  customMessage,
  email,
  emailContent,
  passcode,
  phoneNumber,
  senderId,
} from '../schemas/sign-in-request.ts';
import { intentOf, SHOWN_SESSION, SHOWN_TOKENS, tokensOf, wishOf } from './asked.ts';
import type { BackendDeps } from './deps.ts';

const sending = z.object({
  channel: z
    .enum(['email', 'sms', 'direct'])
    .describe('`direct` answers the code instead of sending it; it needs the permission `otp:direct`.'),
  ...namedFields,
  custom_email: email.optional().describe('Sends it there instead; needs the permission `otp:direct`.'),
  custom_phone_number: phoneNumber.optional().describe('Sends it there instead; needs the permission `otp:direct`.'),
  expires_in: minutes.optional(),
  generate_request_id: generateRequestId,
  approval_data: approvalData.optional(),
  email_content: emailContent.optional(),
  custom_sms_input: z.object({ custom_message: customMessage.optional(), sender_id: senderId.optional() }).optional(),
  ...deviceFields,
});

const sent = z.object({
  message: z.string(),
  approval_data: z.record(z.string(), z.string()).optional(),
  code: z.string().optional().describe('Only of the channel `direct`.'),
  request_id: z.string().optional().describe('Has to be named when the code is authenticated.'),
});

const authentication = z.object({ passcode, ...namedFields, ...authenticationFields });

/** Codes between backends (contracts.md §5.2). */
export const otpOperations = (deps: BackendDeps): Operation[] => [sendOtp(deps), authenticateOtp(deps)];

const sendOtp = (deps: BackendDeps): Operation =>
  operation({
    id: 'sendBackendOtp',
    group: 'Backend to backend',
    method: 'post',
    path: '/auth/otp/send',
    summary: 'Send a code',
    description:
      'Sends a one-time code to somebody who has an account, or hands it over. Whether anybody has one is only told to ' +
      'apps with the permission `users:reveal`; all others get the same answer and nothing is sent. A new code ends the ' +
      'former one of the same person and channel.',
    envelope: 'backend',
    permission: 'auth:execute',
    body: sending,
    success: { status: 200, description: 'The code is on its way', schema: sent },
    failures: {
      403: 'The app lacks a permission, or the user is disabled (`user_not_active`)',
      404: 'There is no such user, or none who is reached this way; with `users:reveal` only',
    },
    examples: [
      {
        summary: 'By e-mail',
        body: { channel: 'email', identifier_type: 'email', identifier: 'ada@example.org' },
        after: 'createUser',
        answer: { message: 'OTP sent' },
      },
    ],
    handle: (call) => send(deps, call),
  });

type Call<Schema extends z.ZodType> = Pick<Parameters<Operation['run']>[0], 'caller'> & {
  readonly body: z.output<Schema>;
  readonly client: Client;
};

async function send(deps: BackendDeps, { body, client, caller }: Call<typeof sending>): Promise<z.input<typeof sent>> {
  mayBeHanded(client, body);
  const way = wayOf(client, body, deps);
  const person = await deps.people.target(client, { kind: body.identifier_type, value: body.identifier }, way);
  const requestId = body.generate_request_id ? deps.random.id() : null;
  const request = {
    ...person,
    proof: 'code' as const,
    intent: intentOf({ device: body, approvalData: body.approval_data, requestId }),
    content: contentOf(body),
    send: body.channel !== 'direct',
    ...(body.expires_in === undefined ? {} : { lifetimeSeconds: body.expires_in * 60 }),
  };
  const challenge = await deps.proofs.send(request, caller);
  const code = body.channel === 'direct' ? deps.challenges.codeOf(challenge) : null;
  return {
    message: 'OTP sent',
    ...(body.approval_data === undefined ? {} : { approval_data: body.approval_data }),
    ...(code === null ? {} : { code }),
    ...(requestId === null ? {} : { request_id: requestId }),
  };
}

type Sending = z.output<typeof sending>;

/** @throws Problem `permission_missing` for codes that would get out of the hands of their person */
function mayBeHanded(client: Client, { channel, custom_email, custom_phone_number }: Sending): void {
  const leaves = channel === 'direct' || custom_email !== undefined || custom_phone_number !== undefined;
  if (leaves && !client.permissions.includes('otp:direct')) throw new Problem('permission_missing');
}

/** @throws BodyFault for an address that is not of the channel; Problem `identifier_invalid` */
function wayOf(client: Client, body: Sending, { channels }: BackendDeps): Way {
  const { channel, custom_email: address, custom_phone_number: number } = body;
  if ((address !== undefined && channel !== 'email') || (number !== undefined && channel !== 'sms')) {
    throw new BodyFault(['custom_email goes with the channel email, custom_phone_number with sms']);
  }
  if (channel !== 'direct' && !channelsOf(client, channels).includes(channel)) {
    throw new BodyFault(['channel: is not available for this app']);
  }
  if (address !== undefined) return { elsewhere: parseEmail(address) };
  return number === undefined ? channel : { elsewhere: parsePhone(number, null) };
}

function contentOf({ email_content: mail, custom_sms_input: sms }: Sending) {
  const ofMail = mailContentOf(mail);
  const ofSms = smsContentOf(sms?.custom_message, sms?.sender_id);
  return ofMail === null && ofSms === null ? null : { mail: ofMail?.mail ?? null, sms: ofSms?.sms ?? null };
}

const authenticateOtp = (deps: BackendDeps): Operation =>
  operation({
    id: 'authenticateBackendOtp',
    group: 'Backend to backend',
    method: 'post',
    path: '/auth/otp/authenticate',
    summary: 'Authenticate with a code',
    description:
      'Exchanges a code for tokens and a session. With `session_id` the proof joins a session: when it was made by another ' +
      'channel of the same user, `amr` contains `mfa` and `acr` says two factors. Apps that always want two factors get ' +
      '403 `auth_mfa_required` with a `session_id` for the first one.',
    envelope: 'backend',
    permission: 'auth:execute',
    body: authentication,
    success: { status: 200, description: 'Tokens', schema: backendTokens },
    failures: {
      400: 'Wrong (`auth_invalid_credentials`) or expired (`auth_otp_passcode_expired`) code, or the body is no good',
      403: 'Too many wrong codes (`auth_locked`), or another factor is needed (`auth_mfa_required`)',
    },
    examples: [
      {
        summary: 'A first factor',
        body: { identifier_type: 'email', identifier: 'ada@example.org', passcode: '123456' },
        variables: { passcode: 'PASSCODE' },
        after: 'sendBackendOtp',
        answer: { ...SHOWN_TOKENS, session_id: SHOWN_SESSION },
      },
    ],
    async handle({ body, client, caller }) {
      const made = await deps.signIns.signIn(client, wishOf(body), () => prove(deps, { body, client, caller }), caller);
      return tokensOf(made);
    },
  });

async function prove(deps: BackendDeps, { body, client, caller }: Call<typeof authentication>): Promise<MadeProof> {
  const person = await deps.people.waiting(client, { kind: body.identifier_type, value: body.identifier });
  const { request_id: requestId, passcode: typed } = body;
  const named = requestId === undefined ? {} : { requestId };
  const proven = await deps.proofs.validate({ ...person, ...named, integration: 'backend', passcode: typed }, caller);
  return { ...proven, handed: proven.maxSends === 0 };
}
