/** A copy of a whole store as it was at one moment. What is sealed in the store is sealed in it, by the same `SECRET`. */
export interface StoreCopy {
  readonly bytes: number;
  /** To be read to its end once, or given up; then nothing is left of it here. */
  readonly content: AsyncIterable<Uint8Array>;
}
