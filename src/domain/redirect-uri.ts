/** What is wrong with a redirect URI; the console, the API and the start-up check all say it with these words. */
export type RedirectUriFault =
  | 'not_a_uri'
  | 'too_long'
  | 'wildcard'
  | 'fragment'
  | 'userinfo'
  | 'backslash_or_control'
  | 'dot_segment'
  | 'http_outside_loopback'
  | 'scheme_not_allowed'
  | 'scheme_not_private_use';

/** RFC 8252 §7.3: the loopback hosts a native application may listen on. */
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** Schemes that execute or read something instead of opening an application. */
const DANGEROUS = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'view-source:',
  'ws:',
  'wss:',
]);

const MAX_LENGTH = 2048;

/** RFC 3986 §2. Other characters mean different things to different parsers, or get lost on the way (U+200B). */
const URI_CHARACTERS = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/;

/**
 * A scheme and authority that every parser reads alike. The URL parser of browsers also takes `https:host`,
 * `https:///host` and hosts with `;` or `,` in them, which end up in headers.
 */
const PLAIN_AUTHORITY = /^https?:\/\/(?:\w[\w.-]*|\[[\da-f:.]+\])(?::\d*)?(?:[/?]|$)/i;

/** `.` and `..` as browsers, proxies and servlet containers know them: plain, encoded, with path parameters. */
const DOT_SEGMENT = /(?:^|\/|%2f|%5c)(?:\.|%2e){1,2}(?:$|[/?;]|%2f|%5c)/i;

/**
 * The registration rules of R-68 (RFC 9700 §2.1, §4.1.3): https, or http on loopback; native applications may also use a
 * private-use scheme (RFC 8252 §7.1). No wildcard, fragment, userinfo, backslash, control character or dot segment.
 * At the authorization endpoint the comparison is exact; nothing here is a pattern.
 *
 * @param native whether the client is a native application
 * @returns what is wrong, or null
 */
export function redirectUriFault(uri: string, native: boolean): RedirectUriFault | null {
  if (uri.length > MAX_LENGTH) return 'too_long';
  if (/[\\\s]/.test(uri) || [...uri].some((char) => char < ' ' || char === '\u007f')) return 'backslash_or_control';
  if (uri.includes('*')) return 'wildcard';
  if (uri.includes('#')) return 'fragment';
  const parsed = URI_CHARACTERS.test(uri) ? URL.parse(uri) : null;
  if (parsed === null) return 'not_a_uri';
  if (DANGEROUS.has(parsed.protocol)) return 'scheme_not_allowed';
  if (parsed.username !== '' || parsed.password !== '' || /^[a-z\d+.-]+:\/\/[^/?#]*@/i.test(uri)) return 'userinfo';
  if (DOT_SEGMENT.test(uri.replace(/^[a-z\d+.-]+:\/*/i, '/'))) return 'dot_segment';
  if (/^https?:$/.test(parsed.protocol) && !PLAIN_AUTHORITY.test(uri)) return 'not_a_uri';
  if (parsed.protocol === 'https:') return null;
  if (parsed.protocol === 'http:') return LOOPBACK.has(parsed.hostname) ? null : 'http_outside_loopback';
  if (!native) return 'scheme_not_allowed';
  return /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:$/.test(parsed.protocol) ? null : 'scheme_not_private_use';
}

/**
 * What the CSP directive `form-action` must list so that a redirect to this URI passes (CSP3 §6.4.2, wish 23).
 *
 * @returns null for a URI that must not get into a header or be redirected to
 */
export function formActionSource(uri: string): string | null {
  const parsed = URL.parse(uri);
  if (parsed === null || DANGEROUS.has(parsed.protocol)) return null;
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return parsed.protocol;
  // CSP knows no IPv6 hosts and browsers ignore such a source, so the scheme has to do (w3c/webappsec-csp#440).
  if (parsed.hostname.startsWith('[')) return parsed.protocol;
  // A `;` or `,` in a host would end the directive or the policy.
  return /^[\w.-]+$/.test(parsed.hostname) ? parsed.origin : null;
}
