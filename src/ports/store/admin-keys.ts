import type { AdminKey } from '../../domain/administration.ts';

export interface AdminKeyStore {
  /** Creates the key unless the id is taken. @returns false when it was taken */
  create(key: AdminKey): Promise<boolean>;
  /** Whether it has expired is for the caller to see. */
  find(id: string): Promise<AdminKey | null>;
  /** Keys by id, ascending in the order of their UTF-8 bytes, after the cursor. */
  list(after: string | null, limit: number): Promise<AdminKey[]>;
  /** @returns whether there was one */
  remove(id: string): Promise<boolean>;
}
