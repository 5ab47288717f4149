import type { Config } from '../config/schema.ts';
import { apiResource } from '../oidc/tokens/resources.ts';
import { createAdminKeys } from '../services/administration/admin-keys.ts';
import type { Administrators } from '../services/administration/administrators.ts';
import type { Audiences } from '../services/clients/audiences.ts';
import { createClientRegistry } from '../services/clients/client-registry.ts';
import type { Clients } from '../services/clients/clients.ts';
import { createResources } from '../services/clients/resources.ts';
import { createAccountImport } from '../services/people/account-import.ts';
import type { Accounts } from '../services/people/accounts.ts';
import type { Organizations } from '../services/people/organizations.ts';
import { createPeople } from '../services/people/people.ts';
import type { Profile } from '../services/people/profile.ts';
import type { Sessions } from '../services/sessions.ts';
import type { SigningKeys } from '../services/signing-keys/signing-keys.ts';
import type { Audit } from '../services/trail/audit.ts';
import { createStatistics } from '../services/trail/statistics.ts';
import { createTrail } from '../services/trail/trail.ts';
import { createStoreBackup } from '../services/upkeep/store-backup.ts';
import type { World } from './world.ts';

/** What the administration works with. */
export interface AdminServiceParts {
  readonly accounts: Accounts;
  readonly administrators: Administrators;
  readonly audiences: Audiences;
  readonly audit: Audit;
  readonly clients: Clients;
  readonly organizations: Organizations;
  readonly profile: Profile;
  readonly sessions: Sessions;
  readonly signingKeys: SigningKeys;
}

export type AdminServices = ReturnType<typeof composeAdminServices>;

/** The use cases of administration: the same for the Admin API and the console. */
export function composeAdminServices(config: Config, world: World, parts: AdminServiceParts) {
  const deps = { ...world, store: world.asked, ...parts };
  const clientRegistry = createClientRegistry(deps);
  return {
    // Some hundred people may take longer than others wait for the store.
    accountImport: createAccountImport({ ...deps, store: world.store }),
    adminKeys: createAdminKeys({ ...deps, first: config.admin.apiKey }),
    clientRegistry,
    people: createPeople({ ...deps, locale: world.views.locale([config.locale]) }),
    resources: createResources({ ...deps, clientRegistry, apiAudience: apiResource(config.issuer) }),
    statistics: createStatistics(deps),
    storeBackup: createStoreBackup({ ...parts, store: world.store }),
    trail: createTrail(deps),
  };
}
