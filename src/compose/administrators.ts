import type { Config } from '../config/schema.ts';
import type { Store } from '../ports/store.ts';
import { type Administrators, createAdministrators } from '../services/administration/administrators.ts';
import { createInvitations } from '../services/messages/invitations.ts';
import type { Accounts } from '../services/people/accounts.ts';
import type { Audit } from '../services/trail/audit.ts';
import type { World } from './world.ts';

interface Parts {
  /** The store as requests see it. */
  readonly store: Store;
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly queued: () => void;
}

/** Who may administer, and the mails to those who were invited to. */
export function composeAdministrators({ admin, locale }: Config, world: World, parts: Parts): Administrators {
  const deps = { ...world, ...parts };
  const invitations = createInvitations({ ...deps, locale: world.views.locale([locale]) });
  return createAdministrators({ ...deps, invitations, declared: [...new Set(admin.emails)] });
}
