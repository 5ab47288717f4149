import type { Config } from '../config/schema.ts';
import { administratorOperations } from '../http/admin/api/administrators.ts';
import { type AdminApi, createAdminApi } from '../http/admin/api/api.ts';
import { createAdminAuthentication } from '../http/admin/api/authentication.ts';
import { budgetOperations } from '../http/admin/api/budgets.ts';
import { clientOperations } from '../http/admin/api/clients.ts';
import { keyOperations } from '../http/admin/api/keys.ts';
import { messageOperations } from '../http/admin/api/messages.ts';
import type { AdminOperation } from '../http/admin/api/operation.ts';
import { resourceOperations } from '../http/admin/api/resources.ts';
import { signingKeyOperations } from '../http/admin/api/signing-keys.ts';
import { storeOperations } from '../http/admin/api/store.ts';
import type { Administrators } from '../services/administration/administrators.ts';
import { createOperatorTokens } from '../services/administration/operator-tokens.ts';
import type { AbuseLimits } from '../services/budgets/abuse-limits.ts';
import type { BudgetDesk } from '../services/budgets/budget-desk.ts';
import { createCallerFailures } from '../services/budgets/caller-failures.ts';
import type { Audiences } from '../services/clients/audiences.ts';
import type { Clients } from '../services/clients/clients.ts';
import type { OutboxDesk } from '../services/messages/outbox-desk.ts';
import type { SigningKeys } from '../services/signing-keys/signing-keys.ts';
import type { Audit } from '../services/trail/audit.ts';
import { peopleOperations } from './admin-people.ts';
import type { AdminServiceParts, AdminServices } from './admin-services.ts';
import { composeRegistration } from './registration.ts';
import type { World } from './world.ts';

/** What the Admin API is made of. */
export interface AdminParts extends AdminServiceParts, AdminServices {
  readonly administrators: Administrators;
  readonly audiences: Audiences;
  readonly audit: Audit;
  readonly clients: Clients;
  readonly budgetDesk: BudgetDesk;
  readonly limits: AbuseLimits;
  readonly outboxDesk: OutboxDesk;
  readonly signingKeys: SigningKeys;
}

/** The Admin API as the list of routes takes it up. */
export function composeAdmin(config: Config, world: World, parts: AdminParts): AdminApi {
  const deps = { ...world, store: world.asked, ...parts };
  const failures = createCallerFailures({ ...deps, rules: config.budgets });
  const operations: AdminOperation[] = [
    ...clientOperations(parts),
    ...resourceOperations(parts),
    ...messageOperations(parts),
    ...budgetOperations(parts),
    ...signingKeyOperations(parts),
    ...administratorOperations(parts),
    ...keyOperations(parts),
    ...storeOperations(parts),
    ...peopleOperations(parts),
  ];
  const operatorTokens = createOperatorTokens({ ...deps, issuer: config.issuer });
  const authentication = createAdminAuthentication({ ...deps, operatorTokens, failures });
  const api = createAdminApi({ ...config, operations, authentication, body: config.limits });
  const registration = composeRegistration(config, world, { ...parts, authentication, failures });
  if (registration === null) return api;
  api.router.use(registration.router.routes());
  return { ...api, errorsAt: (path) => api.errorsAt(path) ?? registration.errorsAt(path) };
}
