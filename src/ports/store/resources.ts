import type { Resource } from '../../domain/resource.ts';

/** APIs that access tokens are for. */
export interface ResourceStore {
  find(id: string): Promise<Resource | null>;
  /** By id, ascending, after the cursor. */
  list(after: string | null, limit: number): Promise<Resource[]>;
  /** Creates the resource unless the id is taken. @returns false when it was taken */
  create(resource: Resource): Promise<boolean>;
  /** Replaces a resource if it still has the version that was read; the stored version rises by one. @returns null otherwise */
  update(resource: Resource): Promise<Resource | null>;
  /** @returns whether there was one */
  remove(id: string): Promise<boolean>;
}
