import { z } from 'zod';
import { Problem } from '../../../domain/errors.ts';
import { isRoleName, type Member } from '../../../domain/organization.ts';
import type { Organizations } from '../../../services/people/organizations.ts';
import { moment } from './account-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { paged, pageOf, pageQuery } from './pages.ts';

interface Deps {
  readonly organizations: Organizations;
}

const roles = z
  .array(z.string().max(64).refine(isRoleName, 'expected letters, digits and _.:-'))
  .max(50)
  .describe('Names of roles, as tokens carry them: letters, digits and _.:-, at most 50 of 64 characters.');

const member = z
  .strictObject({ account_id: z.string(), roles: z.array(z.string()), joined_at: moment })
  .meta({ id: 'Member' });

const shown = ({ accountId, roles, joinedAt }: Member): z.input<typeof member> => ({
  account_id: accountId,
  roles: [...roles],
  joined_at: joinedAt,
});

const parameters = { organization_id: 'The `id` of the organization.', account_id: 'The `id` of the account.' };
const params = { organization_id: 'org_p0b5v0tTYbV4tYc2nP8sHg', account_id: 'dV3o0sYbV4tYc2nP8sHgp0' };

const listMembers = ({ organizations }: Deps): AdminOperation =>
  adminOperation({
    id: 'listMembers',
    group: 'Organizations',
    method: 'get',
    path: '/organizations/{organization_id}/members',
    summary: 'List the members of an organization',
    description: 'By account.',
    scope: 'read',
    parameters: { organization_id: parameters.organization_id },
    query: pageQuery,
    body: null,
    success: {
      status: 200,
      description: 'A page of members',
      schema: pageOf(member),
    },
    failures: { 404: 'There is no such organization' },
    examples: [
      {
        summary: 'The first page',
        body: null,
        params: { organization_id: params.organization_id },
        answer: {
          items: [{ account_id: params.account_id, roles: ['admin'], joined_at: 1_763_640_000_000 }],
          next_cursor: null,
        },
      },
    ],
    async handle({ params: { organization_id = '' }, query: { cursor = null, limit } }) {
      if ((await organizations.find(organization_id)) === null) throw new Problem('not_found');
      const found = await organizations.members(organization_id, cursor, limit + 1);
      return paged(
        found.map((entry) => ({ ...entry, id: entry.accountId })),
        limit,
        shown,
      );
    },
  });

const putMember = ({ organizations }: Deps): AdminOperation =>
  adminOperation({
    id: 'putMember',
    group: 'Organizations',
    method: 'put',
    path: '/organizations/{organization_id}/members/{account_id}',
    summary: 'Add a member, or replace the roles of one',
    description: 'Tokens carry the roles from the next refresh on.',
    scope: 'write',
    parameters,
    body: z.strictObject({ roles }),
    success: { status: 204, description: 'A member', schema: null },
    failures: { 404: 'There is no such organization, or no such account' },
    examples: [{ summary: 'With a role', body: { roles: ['admin'] }, params, answer: null }],
    async handle({ params: { organization_id = '', account_id = '' }, body, actor }) {
      await organizations.putMember(organization_id, account_id, body.roles, actor);
      return null;
    },
  });

const removeMember = ({ organizations }: Deps): AdminOperation =>
  adminOperation({
    id: 'removeMember',
    group: 'Organizations',
    method: 'delete',
    path: '/organizations/{organization_id}/members/{account_id}',
    summary: 'Remove a member',
    description: 'What they got for the organization is dead; their account stays.',
    scope: 'write',
    parameters,
    body: null,
    success: { status: 204, description: 'No member any more', schema: null },
    failures: { 404: 'There is no such member' },
    examples: [{ summary: 'By account', body: null, params, answer: null }],
    async handle({ params: { organization_id = '', account_id = '' }, actor }) {
      await organizations.removeMember(organization_id, account_id, actor);
      return null;
    },
  });

/** Who signs in for an organization. */
export const memberOperations = (deps: Deps): AdminOperation[] =>
  [listMembers, putMember, removeMember].map((operation) => operation(deps));
