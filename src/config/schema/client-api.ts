import { z } from 'zod';
import { PERMISSIONS } from '../../domain/client.ts';
import { redirectUriFault } from '../../domain/redirect-uri.ts';
import { isResourceIndicator } from '../../domain/resource-indicator.ts';
import type { Fault } from './fields.ts';

/** What a client may declare of its part as a backend: APIs, tokens, logout, organizations. */
export const apiFields = {
  permissions: z
    .array(z.enum(PERMISSIONS))
    .max(PERMISSIONS.length)
    .default([])
    .describe('What it may do over the REST API; only clients with a secret may do anything there.'),
  resources: z
    .array(z.string().refine(isResourceIndicator, 'expected an absolute URI without fragment (RFC 8707 §2)'))
    .max(50)
    .default([])
    .describe('Audiences its access tokens may be asked for.'),
  accessTokenFormat: z
    .enum(['opaque', 'jwt'])
    .default('opaque')
    .describe('`jwt`: signed, so that APIs verify it by themselves (RFC 9068); `opaque`: they ask introspection.'),
  backchannelLogoutUri: z
    .string()
    .refine((uri) => redirectUriFault(uri, false) === null, 'expected an absolute https URI without fragment')
    .nullable()
    .default(null)
    .describe('Where it is told that a session has ended (OpenID Connect Back-Channel Logout §2.2).'),
  organizations: z
    .enum(['none', 'optional', 'required'])
    .default('none')
    .describe('Do people sign in here for an organization they are members of?'),
};

/** What is wrong with these fields in a client of this kind. */
export function* apiFaults(
  { permissions }: { readonly permissions: readonly string[] },
  isConfidential: boolean,
): Generator<Fault> {
  if (!isConfidential && permissions.length > 0) {
    yield { path: ['permissions'], message: 'only a client with a secret can have permissions (RFC 6749 §2.1)' };
  }
  if (new Set(permissions).size < permissions.length) {
    yield { path: ['permissions'], message: 'names the same permission twice' };
  }
}
