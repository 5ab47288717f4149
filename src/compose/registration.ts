import type { Config } from '../config/schema.ts';
import type { AdminApi } from '../http/admin/api/api.ts';
import type { AdminAuthentication } from '../http/admin/api/authentication.ts';
import { registrationErrorsAt, registrationRoutes } from '../http/admin/registration/routes.ts';
import type { AbuseLimits } from '../services/budgets/abuse-limits.ts';
import type { CallerFailures } from '../services/budgets/caller-failures.ts';
import { createClientRegistrations } from '../services/clients/client-registrations.ts';
import type { ClientRegistry } from '../services/clients/client-registry.ts';
import type { Clients } from '../services/clients/clients.ts';
import type { Audit } from '../services/trail/audit.ts';
import type { World } from './world.ts';

interface RegistrationParts {
  readonly audit: Audit;
  readonly clients: Clients;
  readonly limits: AbuseLimits;
  readonly clientRegistry: ClientRegistry;
  readonly authentication: AdminAuthentication;
  readonly failures: CallerFailures;
}

/** Dynamic registration, where it is on; null where the engine answers that there is no such thing. */
export function composeRegistration(config: Config, world: World, parts: RegistrationParts): AdminApi | null {
  if (!config.registration.enabled) return null;
  const deps = { ...world, store: world.asked, ...parts };
  const registrations = createClientRegistrations({
    ...deps,
    registry: parts.clientRegistry,
    rules: config.registration,
  });
  const router = registrationRoutes({ ...parts, issuer: config.issuer, registrations, body: config.limits });
  return { router, errorsAt: registrationErrorsAt };
}
