import type { Config } from '../config/schema.ts';
import { createApi } from '../http/api/api.ts';
import { createCallerTokens } from '../http/api/caller-token.ts';
import type { Operation } from '../http/api/operation.ts';
import { type DemoClient, referenceRoutes } from '../http/api/reference.ts';
import { userOperations } from '../http/api/users.ts';
import type { TellError } from '../http/middleware/error-boundary.ts';
import { createClientTokens } from '../oidc/tokens/client-tokens.ts';
import type { AbuseLimits } from '../services/budgets/abuse-limits.ts';
import { createCallerFailures } from '../services/budgets/caller-failures.ts';
import type { Accounts } from '../services/people/accounts.ts';
import type { Audit } from '../services/trail/audit.ts';
import { type BackendParts, composeBackend } from './backend.ts';
import { composeHosted, type HostedParts } from './hosted.ts';
import type { World } from './world.ts';

/** What the operations of the API are made of. */
export interface ApiParts extends HostedParts, BackendParts {
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly limits: AbuseLimits;
}

/** The REST API as the list of routes takes it up, and how its errors are told. */
export interface ComposedApi {
  readonly routes: readonly ReturnType<typeof referenceRoutes>[];
  readonly errorsAt: (path: string) => TellError | null;
}

export function composeApi(config: Config, world: World, parts: ApiParts): ComposedApi {
  const deps = { ...world, store: world.asked, ...parts };
  const tokens = createClientTokens({ ...world, ...parts, issuer: config.issuer });
  const failures = createCallerFailures({ ...deps, rules: config.budgets });
  const hosted = composeHosted(config, world, parts);
  const operations: Operation[] = [
    ...hosted.operations,
    ...composeBackend(config, world, parts),
    ...userOperations(parts),
  ];
  const callers = createCallerTokens({ ...deps, tokens, failures });
  const api = createApi({ operations, callers, body: config.limits });
  const reference = referenceRoutes({ ...deps, ...config, operations, demo: demoClient(config) });
  return { routes: [api.router, reference, hosted.links], errorsAt: api.errorsAt };
}

/** Its secret is no secret: the configuration of every fresh installation declares it. */
function demoClient({ demo, clients }: Config): DemoClient | null {
  const client = demo ? clients.find(({ id }) => id === 'demo-backend') : undefined;
  const redirectUri = client?.redirectUris[0];
  if (client?.secret == null || redirectUri === undefined) return null;
  return { id: client.id, secret: client.secret, redirectUri };
}
