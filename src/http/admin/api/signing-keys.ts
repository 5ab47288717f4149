import { z } from 'zod';
import { KEY_STATES, SIGNING_ALGORITHMS } from '../../../domain/signing-key.ts';
import type { ShownKey, SigningKeys } from '../../../services/signing-keys/signing-keys.ts';
import { type AdminOperation, adminOperation } from './operation.ts';

const moment = z.int().min(0);

const signingKeySchema = z
  .object({
    id: z.string().describe('The `kid` of what it signs.'),
    alg: z.enum(SIGNING_ALGORITHMS),
    state: z
      .enum(KEY_STATES)
      .describe(
        '`next` is published and does not sign yet, `active` signs, `retiring` only verifies, `removed` is not published.',
      ),
    created_at: moment.describe('Published from then on, in milliseconds since the epoch.'),
    active_from: moment.describe('Signs from then on.'),
    retires_at: moment.nullable().describe('Signs until then; null as long as there is no successor.'),
    removed_at: moment.nullable().describe('Published until then; null as long as there is no successor.'),
    withdrawn: z.boolean().describe('True when nothing that it has signed counts any more.'),
  })
  .meta({ id: 'SigningKey' });

const rotation = z.strictObject({
  alg: z
    .enum(SIGNING_ALGORITHMS)
    .nullable()
    .default(null)
    .describe('Whose key to replace; null: those of all algorithms there are.'),
  immediately: z
    .boolean()
    .default(false)
    .describe(
      'For a key that somebody else may have: everything signed by it, and by those before it, is void at once.',
    ),
});

const keysSchema = z.object({ items: z.array(signingKeySchema) }).meta({ id: 'SigningKeys' });

const EXAMPLE: z.input<typeof signingKeySchema> = {
  id: 'p0b5v0tTYbV4tYc2nP8sHg',
  alg: 'RS256',
  state: 'active',
  created_at: 1_763_640_000_000,
  active_from: 1_763_640_000_000,
  retires_at: null,
  removed_at: null,
  withdrawn: false,
};

const SUCCESSOR: z.input<typeof signingKeySchema> = {
  ...EXAMPLE,
  id: 'vX0hWmHq8sUo0lN1m2gYyQ',
  state: 'next',
  created_at: 1_763_726_400_000,
  active_from: 1_763_730_000_000,
};

const shown = ({
  createdAt,
  activeFrom,
  retiresAt,
  removedAt,
  ...key
}: ShownKey): z.input<typeof signingKeySchema> => ({
  ...key,
  created_at: createdAt,
  active_from: activeFrom,
  retires_at: retiresAt,
  removed_at: removedAt,
});

interface Deps {
  readonly signingKeys: SigningKeys;
}

/** Signing keys: what there is, the next one, and the end of one. */
export const signingKeyOperations = (deps: Deps): AdminOperation[] => [
  listKeys(deps),
  rotateKeys(deps),
  retireKey(deps),
];

const listKeys = ({ signingKeys }: Deps): AdminOperation =>
  adminOperation({
    id: 'listSigningKeys',
    group: 'Signing keys',
    method: 'get',
    path: '/signing-keys',
    summary: 'List signing keys',
    description:
      'By algorithm, in the order in which they sign, until a month after a key has signed for the last time.',
    scope: 'read',
    body: null,
    success: { status: 200, description: 'All keys', schema: keysSchema },
    examples: [{ summary: 'One that signs', body: null, answer: { items: [EXAMPLE] } }],
    handle: async () => ({ items: (await signingKeys.list()).map(shown) }),
  });

const rotateKeys = ({ signingKeys }: Deps): AdminOperation =>
  adminOperation({
    id: 'rotateSigningKeys',
    group: 'Signing keys',
    method: 'post',
    path: '/signing-keys',
    summary: 'Replace signing keys',
    description:
      'The new key is published at once and signs after `tokens.keyPublishSeconds`; the former one is published for as long as anything that it has signed can be valid. Nobody notices.',
    scope: 'write',
    body: rotation,
    success: { status: 201, description: 'The new keys', schema: keysSchema },
    failures: {
      404: 'There is no key of this algorithm',
      409: '`key_waiting`: a successor waits for its turn already. `version_conflict`: somebody else has just replaced it',
    },
    examples: [{ summary: 'All', body: {}, answer: { items: [SUCCESSOR] } }],
    async handle({ body: { alg, immediately }, actor }) {
      return { items: (await signingKeys.rotate(alg, { immediately }, actor)).map(shown) };
    },
  });

const retireKey = ({ signingKeys }: Deps): AdminOperation =>
  adminOperation({
    id: 'withdrawSigningKey',
    group: 'Signing keys',
    method: 'delete',
    path: '/signing-keys/{key_id}',
    summary: 'Withdraw a signing key',
    description:
      'It is not published any more, and nothing that it has signed counts. One that signs has to be replaced instead.',
    scope: 'write',
    parameters: { key_id: 'The id of the key' },
    body: null,
    success: { status: 204, description: 'Withdrawn', schema: null },
    failures: { 404: 'There is no such key, or it is removed', 409: '`key_in_use`: it signs' },
    examples: [{ summary: 'One that waits', body: null, params: { key_id: SUCCESSOR.id }, answer: null }],
    async handle({ params, actor }) {
      await signingKeys.retire(params.key_id ?? '', actor);
      return null;
    },
  });
