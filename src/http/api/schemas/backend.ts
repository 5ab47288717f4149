import { z } from 'zod';
import { claims, clientAttributes, email, organizationId, resource } from './sign-in-request.ts';

/** How a backend names somebody (contracts.md §5.2). */
const identifierType = z
  .enum(['email', 'phone_number', 'user_id'])
  .describe('What `identifier` is. Other types, such as user names, do not exist here.');
const identifier = z
  .string()
  .min(1)
  .max(320)
  .describe('E-mail address, phone number in E.164, or `user_id`.')
  .meta({ examples: ['ada@example.org'] });

export const namedFields = { identifier_type: identifierType, identifier };

/** Links were sent to addresses before there were other identifiers. */
export const namedOrEmailFields = {
  identifier_type: identifierType.optional(),
  identifier: identifier.optional(),
  email: email.optional().meta({ deprecated: true }),
};

/** Short codes live ten minutes at most, whoever asks. */
export const minutes = z.int().min(1).max(10).describe('Minutes until it expires.');

export const deviceFields = {
  client_attributes: clientAttributes.optional(),
  device_id: z.string().max(80).optional().describe('Accepted and not used.'),
};

export const generateRequestId = z
  .boolean()
  .default(false)
  .describe('Answers a `request_id` without which the code is worth nothing.');

const requestId = z.string().min(1).max(128).describe('The request id, if one was generated.');

/** What every authentication may name besides the proof. */
export const authenticationFields = {
  resource: resource.optional(),
  claims: claims.optional(),
  org_id: organizationId.optional(),
  session_id: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('A session of the same person at this app that the proof is to join; without it a session begins.'),
  request_id: requestId.optional(),
  ...deviceFields,
};

const TOKENS = {
  access_token: z.string(),
  id_token: z.string().optional(),
  refresh_token: z.string().optional().describe('Only for apps with the grant type `refresh_token`.'),
  token_type: z.literal('Bearer'),
  expires_in: z.int().describe('Seconds that the access token works.'),
};

export const backendTokens = z
  .object({ ...TOKENS, session_id: z.string().describe('Is `sid` in every token.') })
  .meta({ id: 'BackendTokens' });

export const refreshedTokens = z.object({ ...TOKENS, scope: z.string().optional() }).meta({ id: 'RefreshedTokens' });
