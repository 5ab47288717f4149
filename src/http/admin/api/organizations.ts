import { z } from 'zod';
import { Problem } from '../../../domain/errors.ts';
import { isOrganizationName, type Organization } from '../../../domain/organization.ts';
import type { Organizations } from '../../../services/people/organizations.ts';
import { moment } from './account-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { paged, pageOf, pageQuery } from './pages.ts';

interface Deps {
  readonly organizations: Organizations;
}

const organization = z
  .strictObject({
    id: z.string().describe('What requests name as `org_id`.'),
    name: z.string(),
    created_at: moment,
    updated_at: moment,
    version: z.int().describe('Rises with each change.'),
  })
  .meta({ id: 'Organization' });

const name = z
  .string()
  .min(1)
  .max(200)
  .refine(isOrganizationName, 'expected 1 to 100 characters, none of them invisible')
  .describe('At most 100 characters.');

const shown = ({ id, name, createdAt, updatedAt, version }: Organization): z.input<typeof organization> => ({
  id,
  name,
  created_at: createdAt,
  updated_at: updatedAt,
  version,
});

const EXAMPLE: z.input<typeof organization> = {
  id: 'org_p0b5v0tTYbV4tYc2nP8sHg',
  name: 'Analytical Engines',
  created_at: 1_763_640_000_000,
  updated_at: 1_763_640_000_000,
  version: 1,
};

const parameters = { organization_id: 'The `id` of the organization.' };
const params = { organization_id: EXAMPLE.id };
const UNKNOWN = 'There is no such organization';
const answered = (description: string) => ({ status: 200, description, schema: organization }) as const;

const listOrganizations = ({ organizations }: Deps): AdminOperation =>
  adminOperation({
    id: 'listOrganizations',
    group: 'Organizations',
    method: 'get',
    path: '/organizations',
    summary: 'List organizations',
    description: 'By id.',
    scope: 'read',
    query: pageQuery,
    body: null,
    success: {
      status: 200,
      description: 'A page of organizations',
      schema: pageOf(organization),
    },
    examples: [{ summary: 'The first page', body: null, answer: { items: [EXAMPLE], next_cursor: null } }],
    handle: async ({ query: { cursor = null, limit } }) =>
      paged(await organizations.list(cursor, limit + 1), limit, shown),
  });

const readOrganization = ({ organizations }: Deps): AdminOperation =>
  adminOperation({
    id: 'readOrganization',
    group: 'Organizations',
    method: 'get',
    path: '/organizations/{organization_id}',
    summary: 'Read an organization',
    description: 'Its members are listed apart.',
    scope: 'read',
    parameters,
    body: null,
    success: answered('The organization'),
    failures: { 404: UNKNOWN },
    examples: [{ summary: 'By id', body: null, params, answer: EXAMPLE }],
    async handle({ params: { organization_id = '' } }) {
      const found = await organizations.find(organization_id);
      if (found === null) throw new Problem('not_found');
      return shown(found);
    },
  });

const createOrganization = ({ organizations }: Deps): AdminOperation =>
  adminOperation({
    id: 'createOrganization',
    group: 'Organizations',
    method: 'post',
    path: '/organizations',
    summary: 'Create an organization',
    description: 'Without members. Two may have the same name.',
    scope: 'write',
    body: z.strictObject({ name }),
    success: { status: 201, description: 'The organization', schema: organization },
    examples: [{ summary: 'By name', body: { name: EXAMPLE.name }, answer: EXAMPLE }],
    handle: async ({ body, actor }) => shown(await organizations.create(body.name, actor)),
  });

const renameOrganization = ({ organizations }: Deps): AdminOperation =>
  adminOperation({
    id: 'renameOrganization',
    group: 'Organizations',
    method: 'put',
    path: '/organizations/{organization_id}',
    summary: 'Rename an organization',
    description: 'Tokens say the new name from the next refresh on.',
    scope: 'write',
    parameters,
    body: z.strictObject({ name, version: z.int().min(1).describe('Of the organization as it was read.') }),
    success: answered('The organization'),
    failures: { 404: UNKNOWN, 409: 'The organization has changed since it was read' },
    examples: [
      {
        summary: 'Another name',
        body: { name: 'Difference Engines', version: 1 },
        params,
        answer: { ...EXAMPLE, name: 'Difference Engines', version: 2 },
      },
    ],
    handle: async ({ params: { organization_id = '' }, body, actor }) =>
      shown(await organizations.rename(organization_id, body.name, actor, body.version)),
  });

const deleteOrganization = ({ organizations }: Deps): AdminOperation =>
  adminOperation({
    id: 'deleteOrganization',
    group: 'Organizations',
    method: 'delete',
    path: '/organizations/{organization_id}',
    summary: 'Delete an organization',
    description: 'With its memberships: what members got for it is dead, their accounts stay.',
    scope: 'write',
    parameters,
    body: null,
    success: { status: 204, description: 'Gone', schema: null },
    failures: { 404: UNKNOWN },
    examples: [{ summary: 'By id', body: null, params, answer: null }],
    async handle({ params: { organization_id = '' }, actor }) {
      await organizations.remove(organization_id, actor);
      return null;
    },
  });

/** For whom accounts sign in. */
export const organizationOperations = (deps: Deps): AdminOperation[] =>
  [listOrganizations, readOrganization, createOrganization, renameOrganization, deleteOrganization].map((operation) =>
    operation(deps),
  );
