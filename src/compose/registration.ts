import type Router from '@koa/router';
import type { Config } from '../config/schema.ts';
import type { AdminAuthentication } from '../http/admin/authentication.ts';
import { registrationErrorsAt, registrationRoutes } from '../http/admin/registration/routes.ts';
import type { TellError } from '../http/middleware/error-boundary.ts';
import type { CallerFailures } from '../services/caller-failures.ts';
import { createClientRegistrations } from '../services/client-registrations.ts';
import type { ClientRegistry } from '../services/client-registry.ts';
import type { AdminParts } from './admin.ts';
import type { World } from './world.ts';

interface RegistrationParts extends AdminParts {
  readonly clientRegistry: ClientRegistry;
  readonly authentication: AdminAuthentication;
  readonly failures: CallerFailures;
}

/** Dynamic registration, where it is on; null where the engine answers that there is no such thing. */
export function composeRegistration(
  config: Config,
  world: World,
  parts: RegistrationParts,
): { readonly router: Router; readonly errorsAt: (path: string) => TellError | null } | null {
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
