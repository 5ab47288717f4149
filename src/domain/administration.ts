/** What a key of the Admin API lets its holder do; `write` includes `read`. */
export const ADMIN_SCOPES = ['read', 'write'] as const;
export type AdminScope = (typeof ADMIN_SCOPES)[number];

/** Whether a key of one scope may do what wants another. */
export const covers = (held: AdminScope, wanted: AdminScope): boolean => held === 'write' || wanted === 'read';
