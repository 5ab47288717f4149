import { z } from 'zod';
import { Problem } from '../../../domain/errors.ts';
import { NO_SECRET, vouchFor } from '../../../oidc/vouched-clients.ts';
import type { EngineAnswer } from '../../engine-call.ts';
import { type Operation, operation } from '../operation.ts';
import { refreshedTokens } from '../schemas/backend.ts';
import { resource } from '../schemas/sign-in-request.ts';
import { SHOWN_SESSION, SHOWN_TOKENS } from './asked.ts';
import type { BackendDeps } from './deps.ts';

const ending = z.object({
  session_id: z.string().min(1).max(128).describe('Of an answer with tokens, or `sid` of any token.'),
});

const refreshing = z.object({ refresh_token: z.string().min(1).max(256), resource: resource.optional() });

/** Sessions of sign-ins between backends, and those of browsers in which the client takes part. */
export const sessionOperations = (deps: BackendDeps): Operation[] => [logoutSession(deps), refreshTokens(deps)];

const logoutSession = (deps: BackendDeps): Operation =>
  operation({
    id: 'logoutBackendSession',
    group: 'Sessions',
    method: 'post',
    path: '/auth/session/logout',
    summary: 'End a session',
    description:
      'Ends a session with everything that came of it, for all apps in it; apps with a back-channel logout URI are told. ' +
      'Signed access tokens work until they expire.',
    envelope: 'backend',
    permission: 'auth:execute',
    body: ending,
    success: { status: 204, description: 'The session is over', schema: null },
    failures: { 400: 'There is no such session in which the app takes part' },
    examples: [
      {
        summary: 'After a sign-in',
        body: { session_id: SHOWN_SESSION },
        variables: { session_id: 'SESSION_ID' },
        after: 'authenticateBackendOtp',
        answer: null,
      },
    ],
    async handle({ body, client, caller }) {
      if (!(await deps.sessions.endByClient(client.id, body.session_id, caller))) throw new Problem('session_unknown');
      return null;
    },
  });

const refreshTokens = (deps: BackendDeps): Operation =>
  operation({
    id: 'refreshBackendTokens',
    group: 'Sessions',
    method: 'post',
    path: '/auth/token/refresh',
    summary: 'Refresh tokens',
    description:
      'The same as the grant type `refresh_token` at `/token`: the refresh token is replaced, and one that was replaced is ' +
      'taken for stolen when it is used once more, except for a few seconds after a lost answer.',
    envelope: 'backend',
    permission: 'auth:execute',
    body: refreshing,
    success: { status: 200, description: 'Tokens', schema: refreshedTokens },
    failures: { 400: 'The refresh token is used up, expired, revoked, or of another app' },
    examples: [
      {
        summary: 'After a sign-in',
        body: { refresh_token: SHOWN_TOKENS.refresh_token },
        variables: { refresh_token: 'REFRESH_TOKEN' },
        after: 'authenticateBackendOtp',
        answer: { ...SHOWN_TOKENS },
      },
    ],
    async handle({ body, client, ctx }) {
      vouchFor(ctx, client.id);
      const form = {
        grant_type: 'refresh_token',
        client_id: client.id,
        client_secret: NO_SECRET,
        refresh_token: body.refresh_token,
        ...(body.resource === undefined ? {} : { resource: body.resource }),
      };
      return answeredTokens(await deps.engineCall(ctx, '/token', form));
    },
  });

/** @throws Problem `token_invalid`, `request_invalid`, `store_unavailable`, `internal` */
function answeredTokens({ status, body }: EngineAnswer): z.output<typeof refreshedTokens> {
  if (status === 200) return refreshedTokens.parse(body);
  if (status === 503) throw new Problem('store_unavailable', { retryAfter: 5 });
  if (status >= 500) throw new Problem('internal');
  throw new Problem(body.error === 'invalid_grant' ? 'token_invalid' : 'request_invalid');
}
