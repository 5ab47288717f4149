import { z } from 'zod';
import { STANDARD_SCOPES } from '../../../config/schema/client.ts';
import { isOneLine } from '../../../domain/plain-text.ts';
import type { Resource } from '../../../domain/resource.ts';
import { isResourceIndicator } from '../../../domain/resource-indicator.ts';
import { SIGNING_ALGORITHMS } from '../../../domain/signing-key.ts';

/** Words of the audiences of the server itself, which nobody registers. */
const OWN_AUDIENCES = /^urn:countersign:/i;

const scope = z.strictObject({
  name: z
    .string()
    .max(128)
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'expected a scope name (RFC 6749 §3.3)')
    .refine((name) => !STANDARD_SCOPES.includes(name), 'means something in OpenID Connect already; take another name')
    .describe('As clients ask for it.'),
  description: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine(isOneLine, 'one line of plain text')
    .describe('What people read who are asked whether a client may have it.'),
});

const audience = z
  .string()
  .refine(isResourceIndicator, 'expected an absolute URI without fragment (RFC 8707 §2)')
  .refine((uri) => !OWN_AUDIENCES.test(uri), 'is an audience of the server itself')
  .describe('Whom tokens are for: the `resource` of requests, the `aud` of tokens. Does not change.');

const fields = {
  name: z.string().trim().min(1).max(100).describe('For administrators.'),
  scopes: z
    .array(scope)
    .max(100)
    .refine((scopes) => new Set(scopes.map(({ name }) => name)).size === scopes.length, 'names a scope twice')
    .describe('What can be asked for. A client gets of it what its own `scopes` name.'),
  accessTokenFormat: z
    .enum(['opaque', 'jwt'])
    .describe('`jwt`: signed, so that it verifies them by itself (RFC 9068); `opaque`: it asks introspection.'),
  signingAlg: z.enum(SIGNING_ALGORITHMS).describe('By what tokens of the format `jwt` are signed.'),
  accessTokenSeconds: z
    .int()
    .min(60)
    .max(86_400)
    .nullable()
    .describe('Seconds tokens for it work; null takes those of the client.'),
};

/** The fields of a resource beside its audience, for what else is made of them. */
export const resourceShape = fields;

export const newResource = z.strictObject({
  audience,
  ...fields,
  scopes: fields.scopes.default([]),
  accessTokenFormat: fields.accessTokenFormat.default('jwt'),
  signingAlg: fields.signingAlg.default('RS256'),
  accessTokenSeconds: fields.accessTokenSeconds.default(null),
});

export const resourceChange = z.strictObject({
  name: fields.name.optional(),
  scopes: fields.scopes.optional(),
  accessTokenFormat: fields.accessTokenFormat.optional(),
  signingAlg: fields.signingAlg.optional(),
  accessTokenSeconds: fields.accessTokenSeconds.optional(),
  version: z.int().optional().describe('The one that was read; `If-Match` does the same.'),
});

const moment = z.int().describe('Milliseconds since the epoch.');

export const shownResource = z
  .strictObject({
    id: z.string(),
    audience: z.string(),
    ...fields,
    createdAt: moment,
    updatedAt: moment,
    version: z.int().describe('Rises with each change.'),
  })
  .meta({ id: 'Resource', description: 'An API that access tokens are for.' });

export const shownAs = (resource: Resource): z.input<typeof shownResource> => ({
  ...resource,
  scopes: resource.scopes.map((one) => ({ ...one })),
});

/** As the documentation shows one. */
export const RESOURCE: z.input<typeof shownResource> = {
  id: 'resource_p0b5v0tTYbV4tYc2nP8sHg',
  audience: 'https://api.example.org/orders',
  name: 'Orders',
  scopes: [{ name: 'orders:read', description: 'See your orders' }],
  accessTokenFormat: 'jwt',
  signingAlg: 'ES256',
  accessTokenSeconds: 600,
  createdAt: 1_763_640_000_000,
  updatedAt: 1_763_640_000_000,
  version: 1,
};
