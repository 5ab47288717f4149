/**
 * What a key lets its holder do at the Admin API. `write` includes everything; `register` is of an initial access token
 * (RFC 7591 §3): it registers clients that nobody has looked at, and opens nothing else.
 */
export const ADMIN_SCOPES = ['read', 'write', 'register'] as const;
export type AdminScope = (typeof ADMIN_SCOPES)[number];

/** A key of the Admin API at rest: of what opens the door only a digest is kept. */
export interface AdminKey {
  readonly id: string;
  /** What it is for, in the words of whoever made it. */
  readonly name: string;
  readonly scope: AdminScope;
  /** Of the ≥ 128 random bits of the key, base64url. */
  readonly hash: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** From then on it opens nothing; null when it never expires. */
  readonly expiresAt: number | null;
}

/** Whether a key of one scope may do what wants another. */
export const covers = (held: AdminScope, wanted: AdminScope): boolean => held === 'write' || held === wanted;

/** What administrators may do in the console, whoever may more first. */
export const ADMIN_ROLES = ['owner', 'editor', 'viewer'] as const;
export type AdminRole = (typeof ADMIN_ROLES)[number];

/** Look; change what is administered; `own` is who else may administer, and what all trust hangs on: keys and backups. */
export type AdminRight = 'read' | 'write' | 'own';

const RIGHTS: Readonly<Record<AdminRole, readonly AdminRight[]>> = {
  owner: ['read', 'write', 'own'],
  editor: ['read', 'write'],
  viewer: ['read'],
};

/** Whether administrators of a role have a right. */
export const mayDo = (role: AdminRole, right: AdminRight): boolean => RIGHTS[role].includes(right);

/** Somebody who was invited to administer. */
export interface Administrator {
  /** As an identifier is kept; nobody is on the list twice. */
  readonly email: string;
  readonly role: AdminRole;
  /**
   * The account that had this address when they were invited, or was made for it. A later one with the same address is
   * somebody else.
   */
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly invitedAt: number;
  /** Who has invited them: the name of an `AdminActor`. */
  readonly invitedBy: string;
  /** When they were at the console first, in milliseconds since the epoch; null before. */
  readonly acceptedAt: number | null;
  /** Rises with each change of the role. */
  readonly version: number;
}

/** So many administrators an installation may have invited: all of them are read at once. */
export const MOST_ADMINISTRATORS = 500;
