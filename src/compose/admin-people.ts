import { accountFindingOperations } from '../http/admin/api/account-finding.ts';
import { accountImportOperations } from '../http/admin/api/account-import.ts';
import { accountSessionOperations } from '../http/admin/api/account-sessions.ts';
import { accountOperations } from '../http/admin/api/accounts.ts';
import { eventOperations } from '../http/admin/api/events.ts';
import { memberOperations } from '../http/admin/api/members.ts';
import type { AdminOperation } from '../http/admin/api/operation.ts';
import { organizationOperations } from '../http/admin/api/organizations.ts';
import { statisticsOperations } from '../http/admin/api/statistics.ts';
import type { AdminServiceParts, AdminServices } from './admin-services.ts';

/** People, where they are signed in, for whom, and what happened. */
export function peopleOperations(parts: AdminServiceParts & AdminServices): AdminOperation[] {
  return [
    ...accountFindingOperations(parts),
    ...accountOperations(parts),
    ...accountImportOperations(parts),
    ...accountSessionOperations(parts),
    ...organizationOperations(parts),
    ...memberOperations(parts),
    ...eventOperations(parts),
    ...statisticsOperations(parts),
  ];
}
