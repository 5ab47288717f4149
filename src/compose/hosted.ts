import type { Config } from '../config/schema.ts';
import type { Channel } from '../domain/identifier.ts';
import { hostedExchange } from '../http/api/hosted/exchange.ts';
import { hostedSending } from '../http/api/hosted/sending.ts';
import { hostedValidation } from '../http/api/hosted/validation.ts';
import type { Operation } from '../http/api/operation.ts';
import { createEngineCall } from '../http/engine-call.ts';
import type { FormGuard } from '../http/form-guard.ts';
import type { PageFrames } from '../http/page-frame.ts';
import { apiLinkRoutes } from '../http/signin/api-link.ts';
import { createProofOnward } from '../http/signin/proof-onward.ts';
import { createGrantContexts, type GrantContexts } from '../oidc/grants/context.ts';
import type { createProvider } from '../oidc/provider.ts';
import { createTicketCodes } from '../oidc/tickets/codes.ts';
import { createPersonTokens } from '../oidc/tokens/person-tokens.ts';
import type { Store } from '../ports/store.ts';
import { type ApiProofs, createApiProofs } from '../services/api-proofs.ts';
import type { Challenges } from '../services/challenges/challenges.ts';
import type { Clients } from '../services/clients/clients.ts';
import type { Accounts } from '../services/people/accounts.ts';
import { createNewcomers } from '../services/people/newcomers.ts';
import type { Sessions } from '../services/sessions.ts';
import type { KeyRing } from '../services/signing-keys/key-ring.ts';
import { createTickets, type Tickets } from '../services/tickets.ts';
import type { World } from './world.ts';

/** What hosted sign-ins over the API are made of. */
export interface HostedParts {
  readonly apiProofs: ApiProofs;
  readonly challenges: Challenges;
  readonly clients: Clients;
  readonly frames: PageFrames;
  readonly grantContexts: GrantContexts;
  readonly guard: FormGuard;
  readonly keyRing: KeyRing;
  readonly provider: ReturnType<typeof createProvider>;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
}

interface ProofParts {
  /** The store as requests see it. */
  readonly store: Store;
  readonly accounts: Accounts;
  readonly challenges: Challenges;
  readonly channels: readonly Channel[];
}

/** What carries a proof that was made over the API into the journey and its tokens. */
export function composeProofs({ locale }: Config, world: World, parts: ProofParts) {
  const deps = { ...world, ...parts };
  return {
    apiProofs: createApiProofs({ ...deps, locale: world.views.locale([locale]) }),
    tickets: createTickets(deps),
    newcomers: createNewcomers(deps),
    grantContexts: createGrantContexts(deps),
  };
}

/** Sign-ins at a client's own form: the operations, and the page of links that clients ask for. */
export function composeHosted(config: Config, world: World, parts: HostedParts) {
  const { issuer, signUp } = config;
  const onward = createProofOnward({ ...parts, issuer });
  const operations: Operation[] = [
    ...hostedSending({ ...parts, signUp }),
    ...hostedValidation({ ...parts, onward }),
    ...hostedExchange({
      ...parts,
      codes: createTicketCodes(parts.provider, parts.grantContexts),
      engineCall: createEngineCall(parts.provider),
      persons: createPersonTokens({ ...world, ...parts, issuer }),
    }),
  ];
  return { operations, links: apiLinkRoutes({ ...world, ...parts, onward, body: config.limits }) };
}
