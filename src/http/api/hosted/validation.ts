import { z } from 'zod';
import type { Client } from '../../../domain/client.ts';
import { type Identifier, parseEmail } from '../../../domain/identifier.ts';
import { parsePhone } from '../../../domain/phone.ts';
import type { ApiProofs } from '../../../services/api-proofs.ts';
import type { Caller } from '../../../services/caller.ts';
import type { ProofOnward, ProofWish } from '../../signin/proof-onward.ts';
import { BodyFault } from '../json-body.ts';
import { type Operation, operation } from '../operation.ts';
import { email, passcode, phoneNumber } from '../schemas/sign-in-request.ts';

export interface ValidationDeps {
  readonly apiProofs: Pick<ApiProofs, 'validate'>;
  readonly onward: Pick<ProofOnward, 'result'>;
}

const wishFields = {
  passcode,
  response_type: z
    .enum(['code', 'id_token'])
    .default('code')
    .describe('`id_token` needs the permission of that name, and a nonce.'),
  nonce: z.string().min(1).max(255).optional().describe('Comes back in the ID token.'),
};

const emailAnswer = z.object({ email, ...wishFields });
const smsAnswer = z.object({ phone_number: phoneNumber, ...wishFields });

const result = z.object({
  result: z.string().describe('Send the browser there, by GET, within two minutes; it is good once.'),
});

const common = {
  group: 'Hosted sign-in',
  method: 'post',
  envelope: 'hosted',
  permission: 'auth:execute',
  description:
    'Checks what the person typed. Opening the `result` in a browser signs the person in there and leads to the ' +
    'redirect URI with an authorization code. Wrong, expired, used and locked codes are a 400.',
  success: { status: 200, description: 'The code was right', schema: result },
} as const;

const RESULT =
  'http://localhost:3000/auth?client_id=demo-backend&redirect_uri=http%3A%2F%2Flocalhost%3A3001%2Fcallback' +
  '&response_type=code&scope=openid+profile+email+phone&ticket=yD1pV5vUqgoVHqYvN2kLzvG3zO2cYyZs0Bq5m8xJ4eA';

interface Call {
  readonly client: Client;
  readonly caller: Caller;
}

async function validate(
  deps: ValidationDeps,
  { client, caller }: Call,
  identifier: Identifier,
  answer: { readonly passcode: string } & ProofWish,
): Promise<{ result: string }> {
  // Before anything is spent: what cannot be had is told without a look at the code.
  if (answer.responseType === 'id_token') admitIdToken(client, answer.nonce);
  const { passcode: typed, ...wish } = answer;
  const asked = { client, identifier, integration: 'hosted', passcode: typed } as const;
  const proven = await deps.apiProofs.validate(asked, caller);
  return { result: await deps.onward.result(client, proven, wish) };
}

/** @throws BodyFault when the client may not have one, or has named nothing to tell it from another by */
function admitIdToken({ permissions }: Client, nonce: string | null): void {
  if (!permissions.includes('id_token')) throw new BodyFault(['response_type: is not allowed for this app']);
  if (nonce === null) throw new BodyFault(['nonce: is required for this response_type']);
}

const wishOf = (body: z.output<typeof emailAnswer> | z.output<typeof smsAnswer>) => ({
  passcode: body.passcode,
  responseType: body.response_type,
  nonce: body.nonce ?? null,
});

/** What checks the codes that were typed at a client's own form. */
export const hostedValidation = (deps: ValidationDeps): Operation[] => [
  operation({
    ...common,
    id: 'validateEmailCode',
    path: '/auth/otp/email/validation',
    summary: 'Check a code that was sent by e-mail',
    body: emailAnswer,
    examples: [
      {
        summary: 'The code that came',
        body: { email: 'ada@example.org', passcode: '123456' },
        variables: { passcode: 'CODE' },
        after: 'sendEmailCode',
        answer: { result: RESULT },
      },
    ],
    handle: (call) => validate(deps, call, parseEmail(call.body.email), wishOf(call.body)),
  }),
  operation({
    ...common,
    id: 'validateSmsCode',
    path: '/auth/otp/sms/validation',
    summary: 'Check a code that was sent by SMS',
    body: smsAnswer,
    examples: [
      {
        summary: 'The code that came',
        body: { phone_number: '+4915112345678', passcode: '123456' },
        variables: { passcode: 'CODE' },
        after: 'sendSmsCode',
        answer: { result: RESULT },
      },
    ],
    handle: (call) => validate(deps, call, parsePhone(call.body.phone_number, null), wishOf(call.body)),
  }),
];
