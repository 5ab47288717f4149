import type { Resource } from '../../../domain/resource.ts';
import type { ResourceFields, Resources } from '../../../services/clients/resources.ts';
import { asRead } from './if-match.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { paged, pageOf, pageQuery } from './pages.ts';
import { newResource, RESOURCE, resourceChange, shownAs, shownResource } from './resource-schemas.ts';

interface Deps {
  readonly resources: Resources;
}

const parameters = { resource_id: 'The `id` of the resource.' };
const params = { resource_id: RESOURCE.id };
const UNKNOWN = 'There is no such resource';

/** APIs that access tokens are for. */
export const resourceOperations = (deps: Deps): AdminOperation[] =>
  [listResources, createResource, readResource, updateResource, removeResource].map((operation) => operation(deps));

const listResources = ({ resources }: Deps): AdminOperation =>
  adminOperation({
    id: 'listResources',
    group: 'Resources',
    method: 'get',
    path: '/resources',
    summary: 'List resources',
    description: 'By id.',
    scope: 'read',
    query: pageQuery,
    body: null,
    success: { status: 200, description: 'A page of resources', schema: pageOf(shownResource) },
    examples: [{ summary: 'All', body: null, answer: { items: [RESOURCE], next_cursor: null } }],
    handle: async ({ query: { cursor, limit } }) =>
      paged(await resources.list(cursor ?? null, limit + 1), limit, shownAs),
  });

const createResource = ({ resources }: Deps): AdminOperation =>
  adminOperation({
    id: 'createResource',
    group: 'Resources',
    method: 'post',
    path: '/resources',
    summary: 'Register a resource',
    description:
      'From now on these are the rules for tokens for this audience, instead of those of the client that asks. Clients ' +
      'may ask that list the audience in their `resources`. The first resource with an algorithm brings its signing key along.',
    scope: 'write',
    body: newResource,
    success: { status: 201, description: 'The resource', schema: shownResource },
    failures: { 409: 'The audience is registered already, or is that of this server' },
    examples: [
      {
        summary: 'An API',
        body: {
          audience: RESOURCE.audience,
          name: RESOURCE.name,
          scopes: RESOURCE.scopes,
          signingAlg: RESOURCE.signingAlg,
          accessTokenSeconds: RESOURCE.accessTokenSeconds,
        },
        answer: RESOURCE,
      },
    ],
    handle: async ({ body: { audience, ...fields }, actor }) =>
      shownAs(await resources.create(audience, fields, actor)),
  });

const readResource = ({ resources }: Deps): AdminOperation =>
  adminOperation({
    id: 'readResource',
    group: 'Resources',
    method: 'get',
    path: '/resources/{resource_id}',
    summary: 'Read a resource',
    description: 'Its `version` is also the `ETag`.',
    scope: 'read',
    parameters,
    body: null,
    success: { status: 200, description: 'The resource', schema: shownResource },
    failures: { 404: UNKNOWN },
    examples: [{ summary: 'One', body: null, params, answer: RESOURCE }],
    handle: async ({ params: { resource_id = '' } }) => shownAs(await resources.read(resource_id)),
  });

const updateResource = ({ resources }: Deps): AdminOperation =>
  adminOperation({
    id: 'updateResource',
    group: 'Resources',
    method: 'patch',
    path: '/resources/{resource_id}',
    summary: 'Change a resource',
    description:
      'What is left out stays as it is; `scopes` are replaced as a whole. The version that was read has to be named, in ' +
      '`version` or in `If-Match`. Tokens are made by the new rules within five seconds; those that there are stay as they are.',
    scope: 'write',
    parameters,
    body: resourceChange,
    success: { status: 200, description: 'The resource as it is now', schema: shownResource },
    failures: {
      404: UNKNOWN,
      409: 'Somebody else has changed it meanwhile',
      412: '`If-Match` does not name the present version',
    },
    examples: [
      {
        summary: 'Shorter lives',
        body: { version: 1, accessTokenSeconds: 300 },
        params,
        answer: { ...RESOURCE, version: 2 },
      },
    ],
    handle: ({ params: { resource_id = '' }, body: { version, ...change }, ifMatch, actor }) =>
      asRead(ifMatch, version, async (read) =>
        shownAs(await resources.update(resource_id, read, (present) => changedFields(present, change), actor)),
      ),
  });

/** The present fields with what is to be different; null is a value, what is left out is none. */
const changedFields = (
  { name, scopes, accessTokenFormat, signingAlg, accessTokenSeconds }: Resource,
  change: { readonly [Name in keyof ResourceFields]?: ResourceFields[Name] | undefined },
): ResourceFields => ({
  name: change.name ?? name,
  scopes: change.scopes ?? scopes,
  accessTokenFormat: change.accessTokenFormat ?? accessTokenFormat,
  signingAlg: change.signingAlg ?? signingAlg,
  accessTokenSeconds: change.accessTokenSeconds === undefined ? accessTokenSeconds : change.accessTokenSeconds,
});

const removeResource = ({ resources }: Deps): AdminOperation =>
  adminOperation({
    id: 'removeResource',
    group: 'Resources',
    method: 'delete',
    path: '/resources/{resource_id}',
    summary: 'Remove a resource',
    description:
      'Its audience is taken out of the `resources` of all clients first, each of them a change of its own. Within five ' +
      'seconds nobody gets tokens for it any more, by a refresh neither; signed ones live until they expire.',
    scope: 'write',
    parameters,
    body: null,
    success: { status: 204, description: 'Removed', schema: null },
    failures: {
      404: UNKNOWN,
      409: 'A client of the configuration names it, or somebody changes clients at the same time',
    },
    examples: [{ summary: 'One', body: null, params, answer: null }],
    async handle({ params: { resource_id = '' }, actor }) {
      await resources.remove(resource_id, actor);
      return null;
    },
  });
