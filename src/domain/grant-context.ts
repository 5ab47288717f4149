import type { ApprovalData } from './approval-data.ts';

/**
 * What a sign-in was for, besides who it was: kept with the grant, so that tokens say it, those of refreshes too. A grant has
 * one or none, and nobody ever changes it.
 */
export interface GrantContext {
  /** The sign-in was proven over an API and went on in a browser; only codes of such grants are exchanged there. */
  readonly byTicket: boolean;
  /** The organization that the person signs in for; null when for none. */
  readonly organizationId: string | null;
  /** What the person approved with the proof. */
  readonly approvalData: ApprovalData | null;
  /** Whoever signs in had no account before. */
  readonly isNew: boolean;
}
