import type { Config } from '../config/schema.ts';
import type { Channel } from '../domain/identifier.ts';
import { backendOperations } from '../http/api/backend/operations.ts';
import type { Operation } from '../http/api/operation.ts';
import { createEngineCall } from '../http/engine-call.ts';
import { createBackendSignIns } from '../oidc/backend-sign-in.ts';
import type { GrantContexts } from '../oidc/grants/context.ts';
import { createGrantMemberships } from '../oidc/grants/membership.ts';
import type { createProvider } from '../oidc/provider.ts';
import { createApiSessions } from '../oidc/sessions/api-sessions.ts';
import { createTokens } from '../oidc/tokens/issue.ts';
import type { ApiProofs } from '../services/api-proofs.ts';
import type { Challenges } from '../services/challenges/challenges.ts';
import type { Audiences } from '../services/clients/audiences.ts';
import type { Accounts } from '../services/people/accounts.ts';
import { createBackendPeople } from '../services/people/backend-people.ts';
import type { Organizations } from '../services/people/organizations.ts';
import type { Sessions } from '../services/sessions.ts';
import type { Tickets } from '../services/tickets.ts';
import type { Audit } from '../services/trail/audit.ts';
import type { World } from './world.ts';

/** What sign-ins between backends are made of. */
export interface BackendParts {
  readonly accounts: Accounts;
  readonly apiProofs: ApiProofs;
  readonly audiences: Audiences;
  readonly audit: Audit;
  readonly challenges: Challenges;
  readonly channels: readonly Channel[];
  readonly grantContexts: GrantContexts;
  readonly organizations: Organizations;
  readonly provider: ReturnType<typeof createProvider>;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
}

export function composeBackend(config: Config, world: World, parts: BackendParts): Operation[] {
  const now = (): number => world.clock.now();
  const asked = { ...world, store: world.asked };
  const memberships = createGrantMemberships(parts);
  const apiSessions = createApiSessions({ ...asked, sessionSeconds: config.session.lifetimeSeconds });
  const tokens = createTokens(parts.provider, { ...parts, memberships, now });
  return backendOperations({
    ...world,
    ...parts,
    proofs: parts.apiProofs,
    people: createBackendPeople(parts),
    signIns: createBackendSignIns({ ...parts, sessions: apiSessions, tokens, now }),
    engineCall: createEngineCall(parts.provider),
  });
}
