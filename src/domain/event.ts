/** What the audit trail records. Names are stable; readers may filter on them. */
export const EVENT_TYPES = [
  'challenge.opened',
  'challenge.resent',
  'challenge.failed',
  'challenge.proven',
  'message.accepted',
  'message.failed',
  'message.dropped',
  'message.retried',
  'budget.refused',
  'budget.reset',
  'account.created',
  'account.deleted',
  'account.disabled',
  'account.enabled',
  'account.changed',
  'account.signed_out',
  'identifier.added',
  'identifier.proven',
  'identifier.removed',
  'identifier.primary_changed',
  'account.held',
  'account.released',
  'device.remembered',
  'device.revoked',
  'link.opened_elsewhere',
  'session.started',
  'session.raised',
  'session.ended',
  'logout.told',
  'logout.untold',
  'consent.granted',
  'consent.denied',
  'grant.revoked',
  'token.reused',
  'client.authentication_failed',
  'client.changed',
  'client.created',
  'client.removed',
  'client.secret_made',
  'client.registered',
  'resource.created',
  'resource.changed',
  'resource.removed',
  'administrator.refused',
  'administrator.invited',
  'administrator.changed',
  'administrator.removed',
  'administrator.signed_in',
  'admin_key.created',
  'admin_key.revoked',
  'organization.created',
  'organization.renamed',
  'organization.removed',
  'member.put',
  'member.removed',
  'key.created',
  'key.activated',
  'key.retired',
  'key.removed',
  'store.backed_up',
  'accounts.imported',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** One field of something that an administrator has changed, masked where it would tell who somebody is. */
export interface FieldChange {
  readonly field: string;
  /** As JSON, shortened; null when there was nothing. */
  readonly before: string | null;
  /** As JSON, shortened; null when there is nothing now. */
  readonly after: string | null;
}

/** One line of the audit trail: who did what to whom, without anything that could be used to sign in. */
export interface AuditEvent {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: EventType;
  readonly accountId: string | null;
  readonly clientId: string | null;
  /** Masked: see `maskIdentifier`. */
  readonly identifier: string | null;
  /** Network of the caller, IPv6 by /64; null when the server itself acted. */
  readonly network: string | null;
  readonly requestId: string | null;
  readonly reason: string | null;
  /** Who administers: `key:…`, `console:…`, `cli:…`; null for everybody else. */
  readonly actor: string | null;
  /** What was changed when it is neither an account nor a client: its kind and id, `organization:…`. */
  readonly object: string | null;
  /** What was changed of it, field by field; null where nothing is told that way. */
  readonly changes: readonly FieldChange[] | null;
}
