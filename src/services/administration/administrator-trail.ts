import type { Account } from '../../domain/account.ts';
import type { Administrator, AdminRole } from '../../domain/administration.ts';
import type { EventType } from '../../domain/event.ts';
import { fieldChanges } from '../../domain/field-changes.ts';
import type { Audit } from '../trail/audit.ts';
import type { AdminActor } from './admin-actor.ts';

/** What the audit trail says of administrators: who by their account, and by their address masked. */
export interface AdministratorTrail {
  tell(type: EventType, change: AdministratorChanged, by: AdminActor): void;
  tellSignedIn(account: Account, role: AdminRole, by: AdminActor): void;
}

type AdministratorChanged =
  | { readonly before: Administrator; readonly after: Administrator | null }
  | { readonly before: null; readonly after: Administrator };

export const createAdministratorTrail = (audit: Audit): AdministratorTrail => ({
  tell(type, { before, after }, by) {
    const { accountId, email: value } = before ?? after;
    const changes = fieldChanges(toldOf(before), toldOf(after), new Set());
    audit.record({ type, by, accountId, identifier: { channel: 'email', value }, changes });
  },
  tellSignedIn: ({ id }, role, by) =>
    audit.record({ type: 'administrator.signed_in', by, accountId: id, reason: role }),
});

const toldOf = (administrator: Administrator | null): Pick<Administrator, 'role'> | null =>
  administrator === null ? null : { role: administrator.role };
