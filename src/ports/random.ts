/** Randomness from a cryptographically secure generator, injected so that tests can count and pin it. */
export interface Random {
  /** `size` random bytes. */
  bytes(size: number): Buffer;
  /** A fresh opaque id of 128 random bits, base64url. */
  id(): string;
}
