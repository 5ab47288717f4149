import { z } from 'zod';
import { describeBrowser } from '../../../domain/browser-name.ts';
import type { People } from '../../../services/people/people.ts';
import type { Session } from '../../../services/sessions.ts';
import { EXAMPLE_ACCOUNT, moment } from './account-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';

interface Deps {
  readonly people: People;
}

const session = z
  .strictObject({
    id: z.string().describe('The `sid` of its tokens.'),
    signed_in_at: moment,
    browser: z.string().nullable().describe('Null for sign-ins over an API.'),
    network: z.string().nullable().describe('IPv4 address, or the /64 of an IPv6 address.'),
    client_id: z.string().nullable().describe('Where the sign-in began.'),
  })
  .meta({ id: 'Session' });

const shown = ({ id, signedInAt, browser, network, clientId }: Session): z.input<typeof session> => ({
  id,
  signed_in_at: signedInAt,
  browser: browser === null ? null : describeBrowser(browser),
  network,
  client_id: clientId,
});

const parameters = { account_id: 'The `id` of the account.' };
const params = { account_id: EXAMPLE_ACCOUNT.id };
const SESSION = 'dV3o0sYbV4tYc2nP8sHgp0';

const listSessions = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'listSessions',
    group: 'Sessions',
    method: 'get',
    path: '/accounts/{account_id}/sessions',
    summary: 'List the sessions of an account',
    description: 'All of them, newest sign-in first.',
    scope: 'read',
    parameters,
    body: null,
    success: { status: 200, description: 'The sessions', schema: z.strictObject({ sessions: z.array(session) }) },
    failures: { 404: 'There is no such account' },
    examples: [
      {
        summary: 'One browser',
        body: null,
        params,
        answer: {
          sessions: [
            {
              id: SESSION,
              signed_in_at: 1_763_640_000_000,
              browser: 'Firefox on Linux',
              network: '192.0.2.7',
              client_id: 'demo',
            },
          ],
        },
      },
    ],
    handle: async ({ params: { account_id = '' } }) => ({ sessions: (await people.sessions(account_id)).map(shown) }),
  });

const endSession = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'endSession',
    group: 'Sessions',
    method: 'delete',
    path: '/accounts/{account_id}/sessions/{session_id}',
    summary: 'End a session',
    description: 'With every grant, code and token that came of it; applications are told.',
    scope: 'write',
    parameters: { ...parameters, session_id: 'The `id` of the session.' },
    body: null,
    success: { status: 204, description: 'It has ended', schema: null },
    failures: { 404: 'There is no such account, or it has no such session' },
    examples: [{ summary: 'By id', body: null, params: { ...params, session_id: SESSION }, answer: null }],
    async handle({ params: { account_id = '', session_id = '' }, actor }) {
      await people.endSession(account_id, session_id, actor);
      return null;
    },
  });

const endSessions = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'endSessions',
    group: 'Sessions',
    method: 'delete',
    path: '/accounts/{account_id}/sessions',
    summary: 'End all sessions of an account',
    description: 'And what was granted for good in sessions that are over already. They may sign in again.',
    scope: 'write',
    parameters,
    body: null,
    success: { status: 204, description: 'They have ended', schema: null },
    failures: { 404: 'There is no such account' },
    examples: [{ summary: 'By id', body: null, params, answer: null }],
    async handle({ params: { account_id = '' }, actor }) {
      await people.endSessions(account_id, actor);
      return null;
    },
  });

/** Where somebody is signed in, and how that ends. */
export const accountSessionOperations = (deps: Deps): AdminOperation[] =>
  [listSessions, endSession, endSessions].map((operation) => operation(deps));
