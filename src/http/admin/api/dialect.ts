import type { Dialect } from '../../api/openapi.ts';
import { adminErrorSchema } from './envelope.ts';
import { ADMIN_GROUPS, type AdminOperation } from './operation.ts';

/** What every operation can fail with, whatever it does. */
const COMMON_FAILURES: Readonly<Record<number, string>> = {
  400: 'Something about the request is wrong; `details` says what',
  401: 'No valid key',
  403: 'The key does not have the scope',
  413: 'The body is larger than 64 KiB',
  415: 'The body is not JSON',
  429: 'Too many wrong keys from this network; `Retry-After` says when to come back',
  500: 'Our fault; it is in the log under the `X-Request-Id` of the answer',
  503: 'For the moment not; `Retry-After` says when to come back',
};

function failuresOf({ body, failures }: AdminOperation): [status: string, description: string][] {
  const common = Object.entries(COMMON_FAILURES).filter(([status]) => body !== null || !/^41[35]$/.test(status));
  const all: Readonly<Record<string, string | undefined>> = { ...Object.fromEntries(common), ...failures };
  return Object.entries(all).map(([status, description]) => [status, description ?? '']);
}

/** How the Admin API is documented: apart from the API of clients, who have no use for it. */
export const adminDialect = (service: string): Dialect<AdminOperation> => ({
  title: `${service} Admin API`,
  groups: ADMIN_GROUPS,
  idAt: ({ id }) => id,
  failures: failuresOf,
  error: () => adminErrorSchema,
  security: ({ scope }) => [{ key: [scope] }],
  securitySchemes: {
    key: { type: 'http', scheme: 'bearer', description: 'A key of the Admin API; `write` includes `read`.' },
  },
});
