import type { Config } from '../config/schema.ts';
import { accountFindingOperations } from '../http/admin/account-finding.ts';
import { accountImportOperations } from '../http/admin/account-import.ts';
import { accountSessionOperations } from '../http/admin/account-sessions.ts';
import { accountOperations } from '../http/admin/accounts.ts';
import { eventOperations } from '../http/admin/events.ts';
import { memberOperations } from '../http/admin/members.ts';
import type { AdminOperation } from '../http/admin/operation.ts';
import { organizationOperations } from '../http/admin/organizations.ts';
import { statisticsOperations } from '../http/admin/statistics.ts';
import { createAccountImport } from '../services/account-import.ts';
import type { Accounts } from '../services/accounts.ts';
import type { Audit } from '../services/audit.ts';
import type { Organizations } from '../services/organizations.ts';
import { createPeople } from '../services/people.ts';
import type { Profile } from '../services/profile.ts';
import type { Sessions } from '../services/sessions.ts';
import { createStatistics } from '../services/statistics.ts';
import { createTrail } from '../services/trail.ts';
import type { World } from './world.ts';

/** What the administration of people is made of. */
export interface AdminPeopleParts {
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly organizations: Organizations;
  readonly profile: Profile;
  readonly sessions: Sessions;
}

/** People, where they are signed in, for whom, and what happened. */
export function composeAdminPeople({ locale }: Config, world: World, parts: AdminPeopleParts): AdminOperation[] {
  const deps = { ...world, store: world.asked, ...parts };
  const people = createPeople({ ...deps, locale: world.views.locale([locale]) });
  return [
    ...accountFindingOperations({ people }),
    ...accountOperations({ people }),
    ...accountImportOperations({ accountImport: createAccountImport(deps) }),
    ...accountSessionOperations({ people }),
    ...organizationOperations(parts),
    ...memberOperations(parts),
    ...eventOperations({ trail: createTrail(deps) }),
    ...statisticsOperations({ statistics: createStatistics(deps) }),
  ];
}
