import type { KeyState, SigningKey } from '../../domain/signing-key.ts';

/** A signing key of this installation; the private part is sealed under a key from `SECRET` (design §6). */
export interface StoredKey extends SigningKey {
  /** The private JWK, sealed. */
  readonly sealed: string;
  /** What of its life stands in the audit trail by now; which state it is in, the clock says. */
  readonly noted: KeyState;
}

export interface KeyStore {
  /** All keys, oldest first. */
  list(): Promise<StoredKey[]>;
  /**
   * Adds a key unless its algorithm has one of this generation, so that nodes which start together agree on the first, and of
   * two rotations at once one wins. Under an id that is taken nothing is written.
   * @returns whether this one was taken
   */
  create(key: StoredKey): Promise<boolean>;
  /** Withdraws a key that was not withdrawn. @param at milliseconds since the epoch @returns whether this call did */
  withdraw(id: string, at: number): Promise<boolean>;
  /** Goes on in what stands in the audit trail. @returns false when that is not `before` any more: somebody else has told it */
  note(id: string, before: KeyState, after: KeyState): Promise<boolean>;
  /** Puts another seal on a key's private part, after `SECRET` was rotated. Unknown ids are no error. */
  reseal(id: string, sealed: string): Promise<void>;
  /** @returns whether there was one */
  remove(id: string): Promise<boolean>;
}
