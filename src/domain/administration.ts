/** What a key of the Admin API lets its holder do; `write` includes `read`. */
export const ADMIN_SCOPES = ['read', 'write'] as const;
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
export const covers = (held: AdminScope, wanted: AdminScope): boolean => held === 'write' || wanted === 'read';
