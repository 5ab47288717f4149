import type { Channel, Identifier } from './identifier.ts';

/** What an account is known by. `verifiedAt` is the only source of `email_verified`. */
export interface AccountIdentifier extends Identifier {
  /**
   * When it was proven here first, in milliseconds since the epoch. Null where an application has made the account and its
   * owner has not been here yet; then it is the only one of the account.
   */
  readonly verifiedAt: number | null;
  readonly primary: boolean;
}

/** An identifier somebody has proven here. */
export interface ProvenIdentifier extends AccountIdentifier {
  readonly verifiedAt: number;
}

/** What an account agreed to share with one third-party client. */
export interface Consent {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  /** Milliseconds since the epoch. */
  readonly grantedAt: number;
}

/** A browser that may skip the second factor where the policy allows it, until it is revoked. Times are milliseconds since the epoch. */
export interface RememberedDevice {
  readonly id: string;
  /** What it was when it was remembered, for instance `Firefox on Linux`; for its owner to recognise. */
  readonly name: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/**
 * The account was changed by somebody who had proven one factor only. Until it ends, nothing counts as a factor that the
 * account has since (domain/hold.ts). Times are milliseconds since the epoch.
 */
export interface Hold {
  readonly since: number;
  readonly until: number;
}

/** A person. `id` is the `sub` of every token: opaque, never reassigned, survives a change of address. */
export interface Account {
  readonly id: string;
  readonly identifiers: readonly AccountIdentifier[];
  /** Standard claims a person or an administrator set (OpenID Connect Core §5.1), without the verified ones. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly consents: readonly Consent[];
  readonly devices: readonly RememberedDevice[];
  /** Null when nothing is held; what has ended stays until the next change. */
  readonly held: Hold | null;
  readonly status: 'active' | 'disabled';
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Rises with each change; a write names the version it read. */
  readonly version: number;
}

/** The identifier of a channel that stands for the account in claims. */
export const primaryOf = (account: Account, channel: Channel): AccountIdentifier | undefined =>
  account.identifiers.find((entry) => entry.channel === channel && entry.primary) ??
  account.identifiers.find((entry) => entry.channel === channel);

/** True when the account has agreed to all of these scopes and claims for this client. */
export function consentCovers(
  account: Account,
  clientId: string,
  scopes: Iterable<string>,
  claims: Iterable<string>,
): boolean {
  const consent = account.consents.find((entry) => entry.clientId === clientId);
  if (consent === undefined) return false;
  return (
    [...scopes].every((scope) => consent.scopes.includes(scope)) &&
    [...claims].every((claim) => consent.claims.includes(claim))
  );
}
