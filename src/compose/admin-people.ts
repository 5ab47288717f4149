import { accountFindingOperations } from '../http/admin/account-finding.ts';
import { accountImportOperations } from '../http/admin/account-import.ts';
import { accountSessionOperations } from '../http/admin/account-sessions.ts';
import { accountOperations } from '../http/admin/accounts.ts';
import { eventOperations } from '../http/admin/events.ts';
import { memberOperations } from '../http/admin/members.ts';
import type { AdminOperation } from '../http/admin/operation.ts';
import { organizationOperations } from '../http/admin/organizations.ts';
import { statisticsOperations } from '../http/admin/statistics.ts';
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
