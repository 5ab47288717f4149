import type { AuditEvent } from '../../domain/event.ts';

/** A signing key of this installation; the private part is sealed under a key from `SECRET` (design §6). */
export interface StoredKey {
  /** The JWK key id. */
  readonly id: string;
  /** JWS algorithm (RFC 7518 §3.1), for instance `RS256`. */
  readonly alg: string;
  /** The private JWK, sealed. */
  readonly sealed: string;
  readonly state: 'next' | 'active' | 'retiring';
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface KeyStore {
  /** All keys, oldest first. */
  list(): Promise<StoredKey[]>;
  /**
   * Adds a first active key unless its algorithm has an active one already, so that nodes which start together agree.
   * A key in any other state stands beside the others. Under an id that is taken nothing is written.
   * @returns whether this one was taken
   */
  createFirst(key: StoredKey): Promise<boolean>;
  /** Puts another seal on a key's private part, after `SECRET` was rotated. Unknown ids are no error. */
  reseal(id: string, sealed: string): Promise<void>;
}

/** Which events to read: all conditions must hold. */
export interface EventFilter {
  readonly type?: string;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly actor?: string;
  /** Only events before this one's position; from the last page's last event. */
  readonly before?: { readonly at: number; readonly id: string };
}

export interface EventStore {
  append(events: readonly AuditEvent[]): Promise<void>;
  /** Newest first. */
  list(filter: EventFilter, limit: number): Promise<AuditEvent[]>;
  /** Deletes events older than `before`, at most `limit`. @returns how many */
  purge(before: number, limit: number): Promise<number>;
}
