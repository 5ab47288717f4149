import { z } from 'zod';
import { ADMIN_SCOPES, type AdminKey } from '../../../domain/administration.ts';
import type { AdminKeys } from '../../../services/administration/admin-keys.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { paged, pageOf, pageQuery } from './pages.ts';

const moment = z.int().min(0).describe('Milliseconds since the epoch.');

export const newKey = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(60)
    // No pattern: what a document says of one is read without the flag `u` by some.
    .refine((name) => !/\p{C}/u.test(name), 'expected 1 to 60 characters on one line')
    .describe('What it is for; it stands in the audit trail.'),
  scope: z
    .enum(ADMIN_SCOPES)
    .default('read')
    .describe('`write` includes `read`; `register` is for dynamic registration only.'),
  expires_at: moment.nullable().default(null).describe('When it ends, in milliseconds since the epoch; null: never.'),
});

const shownKey = z
  .object({
    id: z.string(),
    name: z.string(),
    scope: z.enum(ADMIN_SCOPES),
    created_at: moment,
    expires_at: moment.nullable(),
  })
  .meta({ id: 'AdminKey' });

const EXAMPLE = {
  id: 'p0b5v0tTYbV4tYc2nP8sHg',
  name: 'deployment',
  scope: 'write',
  created_at: 1_763_640_000_000,
  expires_at: null,
} as const;

const shown = ({ id, name, scope, createdAt, expiresAt }: AdminKey): z.input<typeof shownKey> => ({
  id,
  name,
  scope,
  created_at: createdAt,
  expires_at: expiresAt,
});

interface Deps {
  readonly adminKeys: AdminKeys;
}

/** Keys of this API, by this API. */
export const keyOperations = (deps: Deps): AdminOperation[] => [createKey(deps), listKeys(deps), revokeKey(deps)];

const createKey = ({ adminKeys }: Deps): AdminOperation =>
  adminOperation({
    id: 'createKey',
    group: 'Keys of this API',
    method: 'post',
    path: '/keys',
    summary: 'Make a key',
    description: 'The key itself is in this answer only; what is kept of it is a digest.',
    scope: 'write',
    body: newKey,
    success: { status: 201, description: 'The key', schema: shownKey.extend({ key: z.string() }) },
    examples: [
      {
        summary: 'For a deployment',
        body: { name: 'deployment', scope: 'write' },
        answer: { ...EXAMPLE, key: 'p0b5v0tTYbV4tYc2nP8sHg.0bV8cPo2Qxw1i3zYk9mJr5nTfUe7gLhAsDq4WuXyE6c' },
      },
    ],
    async handle({ body: { expires_at, ...request }, actor }) {
      const { record, key } = await adminKeys.create({ ...request, expiresAt: expires_at }, actor);
      return { ...shown(record), key };
    },
  });

const listKeys = ({ adminKeys }: Deps): AdminOperation =>
  adminOperation({
    id: 'listKeys',
    group: 'Keys of this API',
    method: 'get',
    path: '/keys',
    summary: 'List keys',
    description: 'The key of the configuration (`ADMIN_API_KEY`) is not among them.',
    scope: 'read',
    query: pageQuery,
    body: null,
    success: {
      status: 200,
      description: 'A page of keys',
      schema: pageOf(shownKey),
    },
    examples: [{ summary: 'All', body: null, answer: { items: [EXAMPLE], next_cursor: null } }],
    handle: async ({ query: { cursor, limit } }) =>
      paged(await adminKeys.list(cursor ?? null, limit + 1), limit, shown),
  });

const revokeKey = ({ adminKeys }: Deps): AdminOperation =>
  adminOperation({
    id: 'revokeKey',
    group: 'Keys of this API',
    method: 'delete',
    path: '/keys/{key_id}',
    summary: 'Revoke a key',
    description: 'It opens nothing from the next call on.',
    scope: 'write',
    parameters: { key_id: 'The id of the key' },
    body: null,
    success: { status: 204, description: 'Revoked', schema: null },
    failures: { 404: 'There is no such key' },
    examples: [{ summary: 'One', body: null, params: { key_id: EXAMPLE.id }, answer: null }],
    async handle({ params, actor }) {
      await adminKeys.revoke(params.key_id ?? '', actor);
      return null;
    },
  });
