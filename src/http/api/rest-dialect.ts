import { PERMISSIONS, type Permission } from '../../domain/client.ts';
import type { Dialect, Json } from './openapi.ts';
import { type Access, OPERATION_GROUPS, type Operation } from './operation.ts';
import { ERROR_SCHEMAS } from './schemas/errors.ts';

/** What every operation can fail with, whatever it does. */
const COMMON_FAILURES: Readonly<Record<number, string>> = {
  400: 'Something about the request is wrong; the message says what',
  413: 'The body is larger than 64 KiB',
  415: 'The body is not JSON',
  429: 'Too often; `Retry-After` says when to come back',
  500: 'Our fault; it is in the log under the `X-Request-Id` of the answer',
  503: 'For the moment not; `Retry-After` says when to come back',
};

/** What those can fail with that want a token. */
const TOKEN_FAILURES: Readonly<Record<Access['kind'], Readonly<Record<number, string>>>> = {
  client: { 401: 'No valid access token of a client', 403: 'The client does not have the permission' },
  person: { 401: 'No valid access token of a person' },
  none: {},
};

const PERMISSION_TEXTS: Readonly<Record<Permission, string>> = {
  'auth:execute': 'Send and check codes and links',
  'users:write': 'Create users',
  'users:reveal': 'Be told that nobody has an address or a number',
  'otp:direct': 'Be given codes instead of having them sent, and have them sent elsewhere',
  id_token: 'Be given an ID token where others get an authorization code',
};

/** With what an operation can fail, by status. */
export const failuresOf = ({ access, body, failures }: Operation): [status: string, description: string][] => {
  const common = Object.entries(COMMON_FAILURES).filter(([status]) => body !== null || !/^41[35]$/.test(status));
  const all = { ...Object.fromEntries(common), ...TOKEN_FAILURES[access.kind], ...failures };
  return Object.entries(all).map(([status, description]) => [status, description ?? '']);
};

/** How the REST API of clients is documented. */
export const restDialect = ({ issuer, service }: { issuer: string; service: string }): Dialect<Operation> => ({
  title: `${service} REST API`,
  groups: OPERATION_GROUPS,
  idAt: ({ id, mounts }, mount) => (mount === '/v1' || mounts.length === 1 ? id : `${id}Cis`),
  failures: failuresOf,
  error: ({ envelope }) => ERROR_SCHEMAS[envelope],
  security: ({ access }) => securityOf(access),
  securitySchemes: securitySchemes(issuer),
});

function securityOf(access: Access): Json[] {
  if (access.kind === 'client') return [{ client: [access.permission] }];
  return access.kind === 'person' ? [{ person: [] }] : [];
}

const securitySchemes = (issuer: string): Json => ({
  client: {
    type: 'oauth2',
    description: 'An access token that the client has got for itself.',
    flows: {
      clientCredentials: {
        tokenUrl: `${issuer}/token`,
        scopes: Object.fromEntries(PERMISSIONS.map((name) => [name, PERMISSION_TEXTS[name]])),
      },
    },
  },
  person: { type: 'http', scheme: 'bearer', description: 'An access token of the person it is about.' },
});
