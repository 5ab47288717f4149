/** A request to a service outside, with everything in it ready to be sent. */
export interface OutboundRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface OutboundAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Null when it was longer than it may be, or did not end in time. */
  readonly body: Buffer | null;
}

/** Nobody answered, or nobody may be asked. */
export class NoAnswer extends Error {
  /** Node's code (`ECONNREFUSED`), `ETIMEDOUT`, or `ENOTPUBLIC` for an address that must not be connected to; no host in it. */
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = 'NoAnswer';
    this.reason = reason;
  }
}

/**
 * The way out for requests to services that the configuration names: bounded in time, size and number, without
 * redirects, and checked where it connects to.
 */
export interface Outbound {
  /**
   * Sends it once. An answer is one as soon as its head is there, whatever becomes of the rest.
   * @throws NoAnswer
   */
  send(request: OutboundRequest): Promise<OutboundAnswer>;
  /** Closes what is still open. */
  close(): void;
}
