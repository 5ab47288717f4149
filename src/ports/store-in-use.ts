/** A store that serves one process is held by another one. The message is for the operator. */
export class StoreInUseError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreInUseError';
  }
}
