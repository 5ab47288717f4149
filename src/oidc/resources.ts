/** The audience of access tokens that clients get for our own API (RFC 8707). */
export const apiResource = (issuer: string): string => `${issuer}/v1`;
