import { z } from 'zod';
import { clientRegistration, clientRegistrationShape } from '../../../config/schema/client.ts';
import { CLIENT_SOURCES, type Client } from '../../../domain/client.ts';
import { checked } from '../../api/json-body.ts';

const moment = z.int().describe('Milliseconds since the epoch.');

/** A client as it is registered: the fields, the rules and the words of the configuration. */
export const newClient = clientRegistration;

/** A field without the value that it has when it is left out: in a change, what is left out stays. */
const optional = (field: z.ZodType): z.ZodOptional =>
  (field instanceof z.ZodDefault ? (field.removeDefault() as z.ZodType) : field)
    .optional()
    .describe(field.description ?? '');

/** What decides about a client in its first hour and never again: redirect URIs and secrets go by it. */
const { type: _fixed, ...changeable } = clientRegistrationShape;

type Changes = Readonly<Record<keyof typeof changeable, z.ZodOptional>>;

export const clientChange = z.strictObject({
  ...(Object.fromEntries(Object.entries(changeable).map(([name, field]) => [name, optional(field)])) as Changes),
  disabled: z.boolean().optional().describe('It may do nothing, until it is enabled again.'),
  version: z.int().optional().describe('The one that was read; `If-Match` does the same.'),
});

/** What is read of a client: everything but its secrets. */
export const shownClient = z
  .looseObject({
    id: z.string().describe('The client_id.'),
    name: z.string(),
    type: z.enum(['web', 'spa', 'native', 'machine']),
    redirectUris: z.array(z.string()),
    secrets: z.array(z.object({ createdAt: moment })).describe('When each valid secret was made; newest first.'),
    disabled: z.boolean(),
    source: z.enum(CLIENT_SOURCES).describe('Those of the configuration are read-only.'),
    createdAt: moment,
    updatedAt: moment,
    version: z.int(),
  })
  .meta({ id: 'Client', description: 'With all fields of a registration.' });

export const registeredClient = z.object({
  client: shownClient,
  secret: z.string().nullable().describe('The client_secret, in this answer only; null for public clients.'),
});

export const shown = ({ registrationTokenHash: _digest, ...client }: Client): z.input<typeof shownClient> => ({
  ...client,
  redirectUris: [...client.redirectUris],
  secrets: client.secrets.map(({ createdAt }) => ({ createdAt })),
});

/** As the documentation shows one. */
export const CLIENT = {
  id: 'client_p0b5v0tTYbV4tYc2nP8sHg',
  name: 'Shop',
  type: 'web',
  redirectUris: ['https://shop.example.org/callback'],
  secrets: [{ createdAt: 1_763_640_000_000 }],
  disabled: false,
  source: 'administrator',
  createdAt: 1_763_640_000_000,
  updatedAt: 1_763_640_000_000,
  version: 1,
} satisfies z.input<typeof shownClient>;

/**
 * The present fields with what is to be different, held against the same rules as a new client.
 *
 * @throws BodyFault
 */
export function changedFields(present: Client, { disabled, ...fields }: Readonly<Record<string, unknown>>) {
  const names = Object.keys(clientRegistrationShape) as (keyof typeof clientRegistrationShape)[];
  const before = Object.fromEntries(names.map((name) => [name, present[name]]));
  const after = checked(clientRegistration, { ...before, ...fields });
  return { ...after, disabled: typeof disabled === 'boolean' ? disabled : present.disabled };
}
