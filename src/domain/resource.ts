import type { AccessTokenFormat } from './client.ts';
import type { SigningAlgorithm } from './signing-key.ts';

/** One thing that a client may be allowed to do at a resource (RFC 6749 §3.3). */
export interface ResourceScope {
  readonly name: string;
  /** What people read when they are asked for their consent; plain text. */
  readonly description: string;
}

/** An API that access tokens are for, and what they are like there (RFC 8707, RFC 9068). */
export interface Resource {
  /** Follows from the audience, so that no two have the same. */
  readonly id: string;
  /** An absolute URI without fragment (RFC 8707 §2); never changes. */
  readonly audience: string;
  readonly name: string;
  readonly scopes: readonly ResourceScope[];
  readonly accessTokenFormat: AccessTokenFormat;
  /** By what tokens of the format `jwt` are signed. */
  readonly signingAlg: SigningAlgorithm;
  /** Seconds that access tokens for it work, whatever client asks; null takes those of the client. */
  readonly accessTokenSeconds: number | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Rises with each change; a write names the version it read. */
  readonly version: number;
}

/**
 * What a client may ask for at a resource: what the resource knows, as far as the client is registered for it. Neither of them
 * can widen what the other allows.
 */
export const scopesAt = (
  { scopes }: Pick<Resource, 'scopes'>,
  client: { readonly scopes: readonly string[] },
): string[] => scopes.map(({ name }) => name).filter((name) => client.scopes.includes(name));
