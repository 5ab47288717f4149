import type { Config } from '../config/schema.ts';
import type { AdminApi } from '../http/admin/api.ts';
import type { AdminAuthentication } from '../http/admin/authentication.ts';
import { registrationErrorsAt, registrationRoutes } from '../http/admin/registration/routes.ts';
import type { AbuseLimits } from '../services/abuse-limits.ts';
import type { Audit } from '../services/audit.ts';
import type { CallerFailures } from '../services/caller-failures.ts';
import { createClientRegistrations } from '../services/client-registrations.ts';
import type { ClientRegistry } from '../services/client-registry.ts';
import type { Clients } from '../services/clients.ts';
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
