import { z } from 'zod';
import type { ClientRegistry } from '../../../services/clients/client-registry.ts';
import { exportClients } from './client-export.ts';
import {
  CLIENT,
  changedFields,
  clientChange,
  newClient,
  registeredClient,
  shown,
  shownClient,
} from './client-schemas.ts';
import { asRead } from './if-match.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { paged, pageOf, pageQuery } from './pages.ts';

interface Deps {
  readonly clientRegistry: ClientRegistry;
}

const parameters = { client_id: 'The `id` of the client.' };
const params = { client_id: CLIENT.id };
const UNKNOWN = 'There is no such client';
const DECLARED = 'It is declared in the configuration, or somebody else has changed it meanwhile';
const FIELDS = 'Fields and rules are those of `clients` in the configuration; the id and the secret are made here. ';

/** Clients, from their registration to their end. */
export const clientOperations = (deps: Deps): AdminOperation[] => [
  listClients(deps),
  createClient(deps),
  exportClients(deps),
  readClient(deps),
  updateClient(deps),
  verifyClient(deps),
  rotateSecret(deps),
  removeClient(deps),
];

const listClients = ({ clientRegistry }: Deps): AdminOperation =>
  adminOperation({
    id: 'listClients',
    group: 'Clients',
    method: 'get',
    path: '/clients',
    summary: 'List clients',
    description: 'By id; those of the configuration are among them.',
    scope: 'read',
    query: pageQuery.extend({
      search: z.string().max(128).default('').describe('What the id or the name has in it, whatever its case.'),
    }),
    body: null,
    success: { status: 200, description: 'A page of clients', schema: pageOf(shownClient) },
    examples: [{ summary: 'All', body: null, answer: { items: [CLIENT], next_cursor: null } }],
    handle: async ({ query: { cursor, limit, search } }) =>
      paged(await clientRegistry.list(search, cursor ?? null, limit + 1), limit, shown),
  });

const createClient = ({ clientRegistry }: Deps): AdminOperation =>
  adminOperation({
    id: 'createClient',
    group: 'Clients',
    method: 'post',
    path: '/clients',
    summary: 'Register a client',
    description: `${FIELDS}The secret is in this answer only.`,
    scope: 'write',
    body: newClient,
    success: { status: 201, description: 'The client and its secret', schema: registeredClient },
    examples: [
      {
        summary: 'A web application',
        body: { name: CLIENT.name, redirectUris: [...CLIENT.redirectUris], firstParty: true },
        answer: { client: CLIENT, secret: '0bV8cPo2Qxw1i3zYk9mJr5nTfUe7gLhAsDq4WuXyE6c' },
      },
    ],
    async handle({ body, actor }) {
      const { client, secret } = await clientRegistry.create(body, actor);
      return { client: shown(client), secret };
    },
  });

const readClient = ({ clientRegistry }: Deps): AdminOperation =>
  adminOperation({
    id: 'readClient',
    group: 'Clients',
    method: 'get',
    path: '/clients/{client_id}',
    summary: 'Read a client',
    description: 'Its `version` is also the `ETag`.',
    scope: 'read',
    parameters,
    body: null,
    success: { status: 200, description: 'The client', schema: shownClient },
    failures: { 404: UNKNOWN },
    examples: [{ summary: 'One', body: null, params, answer: CLIENT }],
    handle: async ({ params: { client_id = '' } }) => shown(await clientRegistry.read(client_id)),
  });

const updateClient = ({ clientRegistry }: Deps): AdminOperation =>
  adminOperation({
    id: 'updateClient',
    group: 'Clients',
    method: 'patch',
    path: '/clients/{client_id}',
    summary: 'Change a client',
    description:
      'What is left out stays as it is; lists are replaced as a whole. The version that was read has to be named, in ' +
      '`version` or in `If-Match`. The type of a client does not change. Nodes notice within five seconds.',
    scope: 'write',
    parameters,
    body: clientChange,
    success: { status: 200, description: 'The client as it is now', schema: shownClient },
    failures: { 404: UNKNOWN, 409: DECLARED, 412: '`If-Match` does not name the present version' },
    examples: [
      {
        summary: 'Another redirect URI',
        body: { version: 1, redirectUris: [...CLIENT.redirectUris] },
        params,
        answer: CLIENT,
      },
    ],
    async handle({ params: { client_id = '' }, body: { version, ...change }, ifMatch, actor }) {
      const make = async (read: number) =>
        shown(await clientRegistry.update(client_id, read, (present) => changedFields(present, change), actor));
      return asRead(ifMatch, version, make);
    },
  });

const verifyClient = ({ clientRegistry }: Deps): AdminOperation =>
  adminOperation({
    id: 'verifyClient',
    group: 'Clients',
    method: 'post',
    path: '/clients/{client_id}/verify',
    summary: 'Take over a client that has registered itself',
    description:
      'People are not warned of it any more, and it may be given what other clients may have. It can no longer change or ' +
      'remove itself: its registration access token is good for nothing.',
    scope: 'write',
    parameters,
    body: z.strictObject({ version: z.int().describe('The one that was looked at.') }),
    success: { status: 200, description: 'The client as it is now', schema: shownClient },
    failures: { 404: UNKNOWN, 409: 'It has not registered itself, or has changed meanwhile' },
    examples: [{ summary: 'One', body: { version: 1 }, params, answer: { ...CLIENT, version: 2 } }],
    handle: async ({ params: { client_id = '' }, body: { version }, actor }) =>
      shown(await clientRegistry.verify(client_id, version, actor)),
  });

const rotateSecret = ({ clientRegistry }: Deps): AdminOperation =>
  adminOperation({
    id: 'rotateClientSecret',
    group: 'Clients',
    method: 'post',
    path: '/clients/{client_id}/secret',
    summary: 'Make a new secret',
    description:
      'The newest former one stays valid beside it, so that the application can be changed over; the next rotation ends ' +
      'it. With `alone` all former ones end at once: for a secret that has leaked.',
    scope: 'write',
    parameters,
    body: z.strictObject({ alone: z.boolean().default(false).describe('End all former secrets.') }),
    success: { status: 201, description: 'The client and its new secret', schema: registeredClient },
    failures: { 400: 'The client is public and cannot keep a secret', 404: UNKNOWN, 409: DECLARED },
    examples: [
      {
        summary: 'Beside the former one',
        body: {},
        params,
        answer: { client: CLIENT, secret: '9mJr5nTfUe7gLhAsDq4WuXyE6c0bV8cPo2Qxw1i3zYk' },
      },
    ],
    async handle({ params: { client_id = '' }, body: { alone }, actor }) {
      const { client, secret } = await clientRegistry.rotateSecret(client_id, alone, actor);
      return { client: shown(client), secret };
    },
  });

const removeClient = ({ clientRegistry }: Deps): AdminOperation =>
  adminOperation({
    id: 'removeClient',
    group: 'Clients',
    method: 'delete',
    path: '/clients/{client_id}',
    summary: 'Remove a client',
    description:
      'Within five seconds its refresh tokens and opaque access tokens are good for nothing. Signed access tokens live ' +
      'until they expire.',
    scope: 'write',
    parameters,
    body: null,
    success: { status: 204, description: 'Removed', schema: null },
    failures: { 404: UNKNOWN, 409: DECLARED },
    examples: [{ summary: 'One', body: null, params, answer: null }],
    async handle({ params: { client_id = '' }, actor }) {
      await clientRegistry.remove(client_id, actor);
      return null;
    },
  });
