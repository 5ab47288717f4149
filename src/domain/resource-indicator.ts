const MAX_LENGTH = 2048;

/** RFC 3986 §2, without `#`. */
const URI_CHARACTERS = /^[\w\-.~:/?[\]@!$&'()*+,;=%]+$/;

/**
 * Whether a text may name whom an access token is for: an absolute URI without fragment (RFC 8707 §2). It is compared, as it
 * is written, and never opened.
 */
export const isResourceIndicator = (text: string): boolean =>
  text.length <= MAX_LENGTH && URI_CHARACTERS.test(text) && URL.parse(text) !== null;

/**
 * What a client's own tokens are for when nothing else was asked for. Resources are URIs (RFC 8707 §2) and a client id is
 * none; only the audience of the token is the id itself (RFC 9068 §3).
 */
export const ownResource = (clientId: string): string => `urn:countersign:client:${clientId}`;
