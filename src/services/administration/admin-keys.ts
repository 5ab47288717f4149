import { createHash, timingSafeEqual } from 'node:crypto';
import type { AdminKey, AdminScope } from '../../domain/administration.ts';
import { Problem } from '../../domain/errors.ts';
import type { EventType } from '../../domain/event.ts';
import { fieldChanges } from '../../domain/field-changes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { AdminKeyStore } from '../../ports/store/admin-keys.ts';
import type { Audit } from '../trail/audit.ts';
import type { AdminActor } from './admin-actor.ts';

/** Who a key of the Admin API says its holder is. */
export interface KeyHolder {
  /** For the audit trail: names can be given twice, ids cannot. */
  readonly name: string;
  readonly scope: AdminScope;
}

/** What a key is to be. */
export interface KeyRequest {
  readonly name: string;
  readonly scope: AdminScope;
  /** Milliseconds since the epoch; null when it never expires. */
  readonly expiresAt: number | null;
}

/** Keys of the Admin API. */
export interface AdminKeys {
  /** @returns null for what is no key, and for one that has expired or was revoked */
  recognise(presented: string): Promise<KeyHolder | null>;
  /**
   * @returns the record, and the key itself for the only time
   * @throws Problem `request_invalid` for an end that is over
   */
  create(request: KeyRequest, by: AdminActor): Promise<{ readonly record: AdminKey; readonly key: string }>;
  /** By id, ascending, after the cursor. */
  list(after: string | null, limit: number): Promise<AdminKey[]>;
  /** @throws Problem `not_found` */
  find(id: string): Promise<AdminKey>;
  /** The next call with it is refused, on every node. @throws Problem `not_found` */
  revoke(id: string, by: AdminActor): Promise<void>;
}

/** Twice the 128 bits that nobody can try out. */
const KEY_BYTES = 32;

/** Unsalted and fast, because what is hashed is random. */
const digestOf = (key: string): Buffer => createHash('sha256').update(key, 'utf8').digest();

/** What is compared with where there is no such key, so that this takes no other time. */
const NOBODY = digestOf('');

/** @param deps.first the key of the configuration, by which the first others are made; null when there is none */
export function createAdminKeys(deps: {
  first: string | null;
  store: { readonly adminKeys: AdminKeyStore };
  clock: Clock;
  random: Random;
  audit: Audit;
}): AdminKeys {
  const { adminKeys } = deps.store;
  const first = deps.first === null ? null : digestOf(deps.first);
  const find = async (id: string): Promise<AdminKey> => {
    const found = await adminKeys.find(id);
    if (found === null) throw new Problem('not_found');
    return found;
  };
  return {
    async recognise(presented) {
      const digest = digestOf(presented);
      if (first !== null && timingSafeEqual(first, digest)) return { name: 'ADMIN_API_KEY', scope: 'write' };
      const [id = '', secret] = presented.split('.');
      const found = secret === undefined ? null : await adminKeys.find(id);
      const right = timingSafeEqual(found === null ? NOBODY : Buffer.from(found.hash, 'base64url'), digest);
      if (found === null || !right) return null;
      if (found.expiresAt !== null && found.expiresAt <= deps.clock.now()) return null;
      return { name: `${found.id} (${found.name})`, scope: found.scope };
    },
    async create(request, by) {
      const now = deps.clock.now();
      if (request.expiresAt !== null && request.expiresAt <= now) throw new Problem('request_invalid');
      const id = deps.random.id();
      const key = `${id}.${deps.random.bytes(KEY_BYTES).toString('base64url')}`;
      const record = { ...request, id, hash: digestOf(key).toString('base64url'), createdAt: now };
      if (!(await adminKeys.create(record))) throw new Error('an id was given out twice');
      tell(deps.audit, 'admin_key.created', null, record, by);
      return { record, key };
    },
    list: (after, limit) => adminKeys.list(after, limit),
    find,
    async revoke(id, by) {
      const found = await find(id);
      if (!(await adminKeys.remove(id))) throw new Problem('not_found');
      tell(deps.audit, 'admin_key.revoked', found, null, by);
    },
  };
}

/** What the audit trail does not say of a key: not even its digest. */
const UNSAID: ReadonlySet<string> = new Set(['id', 'hash', 'createdAt']);

function tell(audit: Audit, type: EventType, before: AdminKey | null, after: AdminKey | null, by: AdminActor): void {
  const object = `admin_key:${(before ?? after)?.id}`;
  audit.record({ type, by, object, changes: fieldChanges(before, after, UNSAID) });
}
