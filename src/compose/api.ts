import type { Config } from '../config/schema.ts';
import { type Api, createApi } from '../http/api/api.ts';
import { createCallerTokens } from '../http/api/caller-token.ts';
import type { Operation } from '../http/api/operation.ts';
import { createClientTokens } from '../oidc/client-tokens.ts';
import type { AbuseLimits } from '../services/abuse-limits.ts';
import type { Audit } from '../services/audit.ts';
import { createCallerFailures } from '../services/caller-failures.ts';
import type { Clients } from '../services/clients.ts';
import type { World } from './world.ts';

export type SigningKeys = Parameters<typeof createClientTokens>[0]['signingKeys'];

/** What the operations of the API are made of. */
export interface ApiParts {
  readonly audit: Audit;
  readonly clients: Clients;
  readonly limits: AbuseLimits;
}

/** The REST API: its operations in the order of their documentation, and how their callers are known. */
export function composeApi(config: Config, world: World, parts: ApiParts, signingKeys: SigningKeys): Api {
  const deps = { ...world, store: world.asked, ...parts };
  const tokens = createClientTokens({ ...world, issuer: config.issuer, signingKeys });
  const failures = createCallerFailures({ ...deps, rules: config.budgets });
  const operations: Operation[] = [];
  return createApi({ operations, callers: createCallerTokens({ ...deps, tokens, failures }), body: config.limits });
}
