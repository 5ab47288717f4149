import { createHash, timingSafeEqual } from 'node:crypto';
import type { AdminScope } from '../domain/administration.ts';

/** Who a key of the Admin API says its holder is. */
export interface KeyHolder {
  readonly name: string;
  readonly scope: AdminScope;
}

/** Keys of the Admin API. */
export interface AdminKeys {
  /** @returns null for what is no key, and for one that has expired or was revoked */
  recognise(presented: string): Promise<KeyHolder | null>;
}

/** Unsalted and fast: what is hashed are ≥ 128 random bits, which nobody can try out. */
const digestOf = (key: string): Buffer => createHash('sha256').update(key, 'utf8').digest();

/** @param first the key of the configuration, by which the first others are made; null when there is none */
export function createAdminKeys(deps: { first: string | null }): AdminKeys {
  const first = deps.first === null ? null : digestOf(deps.first);
  return {
    async recognise(presented) {
      const digest = digestOf(presented);
      if (first !== null && timingSafeEqual(first, digest)) return { name: 'ADMIN_API_KEY', scope: 'write' };
      return null;
    },
  };
}
