import { z } from 'zod';
import { parseMasked } from '../../../domain/identifier.ts';
import type { People } from '../../../services/people/people.ts';
import { identifierIn, oneIdentifier } from '../../api/schemas/one-identifier.ts';
import {
  accountSchema,
  accountSummary,
  EXAMPLE_ACCOUNT,
  EXAMPLE_SUMMARY,
  maskedAccount,
  shownAccount,
} from './account-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { paged, pageOf, pageQuery } from './pages.ts';

interface Deps {
  readonly people: People;
}

const listQuery = pageQuery.extend({
  masked: z
    .string()
    .transform((text, context) => {
      const masked = parseMasked(text);
      if (masked === null) context.addIssue({ code: 'custom', message: 'expected a masked address or number' });
      return masked ?? '';
    })
    .optional()
    .describe('Only accounts with an address or a number that looks like this: `a•••@e•••.org`, `+49•••12`.'),
});

const listAccounts = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'listAccounts',
    group: 'Accounts',
    method: 'get',
    path: '/accounts',
    summary: 'List accounts',
    description:
      'By id. Identifiers are masked; whoever needs one of them asks for the account. With `masked`, those that an ' +
      'event may be about.',
    scope: 'read',
    query: listQuery,
    body: null,
    success: {
      status: 200,
      description: 'A page of accounts',
      schema: pageOf(accountSummary),
    },
    examples: [{ summary: 'The first page', body: null, answer: { items: [EXAMPLE_SUMMARY], next_cursor: null } }],
    handle: async ({ query: { masked, cursor = null, limit } }) =>
      paged(
        await (masked === undefined ? people.list(cursor, limit + 1) : people.listByMask(masked, cursor, limit + 1)),
        limit,
        maskedAccount,
      ),
  });

const findAccount = ({ people }: Deps): AdminOperation =>
  adminOperation({
    id: 'findAccount',
    group: 'Accounts',
    method: 'post',
    path: '/accounts/find',
    summary: 'Find an account',
    description: 'By exactly this address or number, in whatever spelling.',
    scope: 'read',
    body: oneIdentifier,
    success: { status: 200, description: 'The account', schema: accountSchema },
    failures: { 404: 'There is no such account', 422: 'This is no address and no number' },
    examples: [{ summary: 'By e-mail address', body: { email: 'ada@example.org' }, answer: EXAMPLE_ACCOUNT }],
    handle: async ({ body }) => shownAccount(await people.findBy(identifierIn(body))),
  });

/** Whom an administrator is looking for. */
export const accountFindingOperations = (deps: Deps): AdminOperation[] => [listAccounts(deps), findAccount(deps)];
