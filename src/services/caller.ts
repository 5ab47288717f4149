/** Who asks, as far as abuse limits and the audit trail care. */
export interface Caller {
  /** IPv4 address, or the /64 of an IPv6 address. */
  readonly network: string;
  readonly requestId: string;
  /**
   * Set when the browser holds the cookie of earlier sign-ins: for the identifiers it knows (as fingerprints) it has a
   * failure budget of its own, so that a stranger cannot lock the owner out.
   */
  readonly knownBrowser: { readonly id: string; readonly knows: readonly string[] } | null;
  /**
   * True when a client asks for one of its people, and it is known which: then the network is that of its server and says
   * nothing about who sits where.
   */
  readonly isClient?: boolean;
}
