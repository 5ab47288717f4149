import type { ApprovalData } from './approval-data.ts';

/** What a client said about the device that its person is at; for the audit trail, never for a decision. */
export interface ClientAttributes {
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
}

/**
 * What a sign-in over an API was asked for with. It is given when the code is sent and honoured when it is validated and
 * exchanged, where nothing but the code is named (contracts.md §4.3).
 */
export interface Intent {
  /** Which of the two ways over an API it is for; what was asked for on one is worth nothing on the other. */
  readonly integration: 'hosted' | 'backend';
  /** Where a hosted sign-in comes back to; null between backends. */
  readonly redirectUri: string | null;
  /** `state` of a link between backends: appended to the redirect. */
  readonly state: string | null;
  /** Whoever proves an unknown identifier becomes an account, as far as the client's sign-up policy allows. */
  readonly createAccount: boolean;
  /** Audience of the access token (RFC 8707); null takes the client's own. */
  readonly resource: string | null;
  /** The `claims` parameter, as JSON (OpenID Connect Core §5.5). */
  readonly claims: string | null;
  /** The organization the person signs in to. */
  readonly organizationId: string | null;
  readonly requireSecondFactor: boolean;
  readonly approvalData: ApprovalData | null;
  readonly clientAttributes: ClientAttributes | null;
  /** A digest of the request id that has to be named again; null when none was asked for. */
  readonly requestId: string | null;
}
