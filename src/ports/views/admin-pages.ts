import type { AccessPages } from './admin-access.ts';
import type { AccountAdminPages } from './admin-accounts.ts';
import type { AdministratorPages } from './admin-administrators.ts';
import type { BudgetPages } from './admin-budgets.ts';
import type { ClientAdminPages, ResourcePages } from './admin-clients.ts';
import type { EventPages } from './admin-events.ts';
import type { MessagePages } from './admin-messages.ts';
import type { OrganizationAdminPages } from './admin-organizations.ts';
import type { OverviewPage } from './admin-overview.ts';
import type { SigningKeyPages } from './admin-signing-keys.ts';
import type { ConsoleStandingPages } from './admin-standing.ts';

/**
 * Every page of the console and what it needs to know. The name of a page is the path of its template below
 * `views/admin`; each chapter has its models in a file of its own.
 */
export interface ConsolePages
  extends ConsoleStandingPages,
    AccessPages,
    AdministratorPages,
    OverviewPage,
    AccountAdminPages,
    OrganizationAdminPages,
    EventPages,
    MessagePages,
    BudgetPages,
    ClientAdminPages,
    ResourcePages,
    SigningKeyPages {}
