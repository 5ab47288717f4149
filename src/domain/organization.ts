/** A company or team whose members sign in on its behalf. */
export interface Organization {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Rises with each change; a write names the version it read. */
  readonly version: number;
}

/** An account's part in an organization. */
export interface Member {
  readonly organizationId: string;
  readonly accountId: string;
  /** Names of roles, as tokens carry them. */
  readonly roles: readonly string[];
  /** Milliseconds since the epoch. */
  readonly joinedAt: number;
}
