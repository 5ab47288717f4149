import { z } from 'zod';
import { Problem } from '../../../domain/errors.ts';
import { requestIdDigest } from '../../../services/api-proofs.ts';
import { mailContentOf } from '../message-content.ts';
import { type Operation, operation } from '../operation.ts';
import {
  authenticationFields,
  backendTokens,
  deviceFields,
  generateRequestId,
  minutes,
  namedOrEmailFields,
} from '../schemas/backend.ts';
import { emailContent, redirectUri } from '../schemas/sign-in-request.ts';
import { intentOf, namedOf, SHOWN_SESSION, SHOWN_TOKENS, tokensOf, wishOf } from './asked.ts';
import type { BackendDeps } from './deps.ts';

const sending = z.object({
  redirect_uri: redirectUri,
  ...namedOrEmailFields,
  channel: z.literal('email').default('email').describe('Links are only sent by e-mail, and never handed over.'),
  email_content: emailContent.optional(),
  state: z.string().min(1).max(512).optional().describe('Comes back with the redirect; check it there.'),
  email_expiration: minutes.optional(),
  generate_request_id: generateRequestId,
  ...deviceFields,
});

const sent = z.object({
  message: z.string(),
  request_id: z.string().optional().describe('Has to be named when the code of the link is authenticated.'),
});

const authentication = z.object({
  code: z
    .string()
    .min(1)
    .max(256)
    .describe('The `code` that the link brought to your redirect URI; good for two minutes.'),
  ...authenticationFields,
});

const SENDING = {
  summary: 'To an address',
  body: {
    identifier_type: 'email' as const,
    identifier: 'ada@example.org',
    redirect_uri: 'http://localhost:3001/callback',
    state: 'x1fG8a',
  },
  after: 'createUser',
  answer: { message: 'Email sent successfully' },
};

/** Links between backends (contracts.md §5.2). */
export const linkOperations = (deps: BackendDeps): Operation[] => [sendLink(deps), authenticateLink(deps)];

const sendLink = (deps: BackendDeps): Operation =>
  operation({
    id: 'sendBackendLink',
    group: 'Backend to backend',
    method: 'post',
    path: '/auth/link/email/send',
    summary: 'Send a link',
    description:
      'Mails a link. Opening it shows a page with a button, because programs open links, too; the button leads to the ' +
      'redirect URI with `code` and `state`.',
    envelope: 'backend-link',
    permission: 'auth:execute',
    body: sending,
    success: { status: 200, description: 'The link is on its way', schema: sent },
    failures: { 403: 'User is not active', 404: 'User not found; with the permission `users:reveal` only' },
    examples: [SENDING],
    async handle({ body, client, caller }) {
      if (!client.redirectUris.includes(body.redirect_uri)) throw new Problem('redirect_uri_unknown');
      const person = await deps.people.target(client, namedOf(body), 'email');
      const requestId = body.generate_request_id ? deps.random.id() : null;
      const { redirect_uri: redirectUri, state } = body;
      const request = {
        ...person,
        proof: 'link' as const,
        intent: intentOf({ device: body, redirectUri, state, requestId }),
        content: mailContentOf(body.email_content),
        ...(body.email_expiration === undefined ? {} : { lifetimeSeconds: body.email_expiration * 60 }),
      };
      await deps.proofs.send(request, caller);
      return { message: 'Email sent successfully', ...(requestId === null ? {} : { request_id: requestId }) };
    },
  });

const authenticateLink = (deps: BackendDeps): Operation =>
  operation({
    id: 'authenticateBackendLink',
    group: 'Backend to backend',
    method: 'post',
    path: '/auth/link/email/authenticate',
    summary: 'Authenticate with a link',
    description: 'Exchanges the code that a link brought for tokens and a session, like a code that was typed.',
    envelope: 'backend-link',
    permission: 'auth:execute',
    body: authentication,
    success: { status: 200, description: 'Tokens', schema: backendTokens },
    failures: { 400: 'Invalid magic link code', 403: 'Another factor is needed' },
    examples: [
      {
        summary: 'The code of a redirect',
        body: { code: 'Qk1mUjJpY0tUb2tlbk9mQUxpbmtUaGF0V2FzT3BlbmVk' },
        variables: { code: 'LINK_CODE' },
        after: 'sendBackendLink',
        answer: { ...SHOWN_TOKENS, session_id: SHOWN_SESSION },
      },
    ],
    async handle({ body, client, caller }) {
      const prove = async () => {
        const ticket = await deps.tickets.take(body.code);
        const wanted = ticket?.intent.requestId ?? null;
        const named = body.request_id === undefined ? null : requestIdDigest(body.request_id);
        const meant = ticket?.clientId === client.id && ticket.intent.integration === 'backend';
        if (ticket === null || !meant || (wanted !== null && wanted !== named)) throw new Problem('code_invalid');
        return { ...ticket, handed: false };
      };
      return tokensOf(await deps.signIns.signIn(client, wishOf(body), prove, caller));
    },
  });
