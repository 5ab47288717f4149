import type { Context } from 'koa';
import { z } from 'zod';
import { Problem } from '../../../domain/errors.ts';
import type { TicketCodes } from '../../../oidc/tickets/codes.ts';
import type { PersonTokens } from '../../../oidc/tokens/person-tokens.ts';
import type { Sessions } from '../../../services/sessions.ts';
import type { EngineCall } from '../../engine-call.ts';
import { type Operation, openOperation } from '../operation.ts';

export interface ExchangeDeps {
  readonly codes: TicketCodes;
  readonly engineCall: EngineCall;
  readonly persons: PersonTokens;
  readonly sessions: Pick<Sessions, 'end'>;
}

const exchangeBody = z.object({
  code: z.string().min(1).max(256).describe('The code that came to the redirect URI.'),
  client_id: z.string().min(1).max(128),
  client_secret: z.string().min(1).max(256),
});

const tokens = z.object({
  id_token: z.string(),
  access_token: z.string(),
  refresh_token: z.string().optional().describe('Where the client has the grant `refresh_token`.'),
});

const exchanged = tokens.extend({
  is_user_created: z.boolean().describe('The user has come to be by this exchange.'),
});

const exchange = (deps: ExchangeDeps): Operation =>
  openOperation({
    id: 'exchangeCode',
    group: 'Hosted sign-in',
    method: 'post',
    path: '/token',
    summary: 'Exchange a code for tokens',
    description:
      'Deprecated in favour of `/token` (RFC 6749 §4.1.3), which takes every code. This one takes codes of sign-ins that ' +
      'were begun by this API, by their own client, and no others.',
    deprecated: true,
    envelope: 'hosted',
    access: 'none',
    body: exchangeBody,
    success: { status: 200, description: 'The tokens', schema: exchanged },
    examples: [
      {
        summary: 'With the secret of the client',
        body: { code: 'the code', client_id: 'demo-backend', client_secret: 'demo-backend-secret' },
        variables: { code: 'AUTHORIZATION_CODE' },
        after: 'validateEmailCode',
        answer: {
          id_token: 'eyJhbGciOiJSUzI1NiIs…',
          access_token: 'eyJhbGciOiJSUzI1NiIs…',
          refresh_token: 'hUJ3u0yv…',
          is_user_created: true,
        },
      },
    ],
    handle: ({ body, ctx }) => redeem(deps, body, ctx),
  });

async function redeem(
  deps: ExchangeDeps,
  { code, client_id, client_secret }: z.output<typeof exchangeBody>,
  ctx: Context,
): Promise<z.input<typeof exchanged>> {
  const found = await deps.codes.find(code, client_id);
  if (found === null) throw new Problem('code_invalid');
  const form = { grant_type: 'authorization_code', code, redirect_uri: found.redirectUri, client_id, client_secret };
  const { status, body } = await deps.engineCall(ctx, '/token', form);
  if (status !== 200) throw refusalOf(status);
  return { ...tokens.parse(body), is_user_created: found.isNew };
}

/** What the engine said, in the words of the contract: what is wrong with code or client is a 400 (contracts.md §4.2). */
function refusalOf(status: number): Problem {
  if (status === 503) return new Problem('store_unavailable');
  if (status === 401) return new Problem('client_invalid');
  return new Problem(status >= 500 ? 'internal' : 'code_invalid');
}

const logout = (deps: ExchangeDeps): Operation =>
  openOperation({
    id: 'logout',
    group: 'Hosted sign-in',
    method: 'post',
    path: '/auth/logout',
    summary: 'Sign out',
    description:
      'Ends the session that the access token of the person belongs to, for every client in it. Its refresh tokens and ' +
      'opaque access tokens are void at once; signed ones live until they expire.',
    envelope: 'hosted',
    access: 'person',
    body: null,
    success: {
      status: 200,
      description: 'The session has ended',
      schema: z.object({ sessions_count: z.int().describe('How many have ended.') }),
    },
    examples: [
      {
        summary: 'With the access token of the person',
        body: null,
        after: 'exchangeCode',
        answer: { sessions_count: 1 },
      },
    ],
    async handle({ bearer, caller }) {
      const token = bearer === null ? null : await deps.persons.verify(bearer);
      const ended = token !== null && (await deps.sessions.end(token.accountId, token.sessionId, caller));
      if (!ended) throw new Problem('sign_in_again');
      return { sessions_count: 1 };
    },
  });

/** What ends a hosted sign-in: the exchange of its code, and the end of its session. */
export const hostedExchange = (deps: ExchangeDeps): Operation[] => [exchange(deps), logout(deps)];
