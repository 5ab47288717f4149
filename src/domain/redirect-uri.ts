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
  const parsed = URL.parse(uri);
  if (parsed === null) return 'not_a_uri';
  if (DANGEROUS.has(parsed.protocol)) return 'scheme_not_allowed';
  if (parsed.username !== '' || parsed.password !== '' || /^[a-z+.-]+:\/\/[^/?#]*@/i.test(uri)) return 'userinfo';
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:$|[/?])/i.test(uri.replace(/^[a-z0-9+.-]+:\/*/i, '/'))) return 'dot_segment';
  if (parsed.protocol === 'https:') return parsed.hostname === '' ? 'not_a_uri' : null;
  if (parsed.protocol === 'http:') return LOOPBACK.has(parsed.hostname) ? null : 'http_outside_loopback';
  if (!native) return 'scheme_not_allowed';
  return /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:$/.test(parsed.protocol) ? null : 'scheme_not_private_use';
}

/** What the CSP directive `form-action` must list so that a redirect to this URI passes (CSP3 §6.4.2, wish 23). */
export function formActionSource(uri: string): string | null {
  const parsed = URL.parse(uri);
  if (parsed === null) return null;
  return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed.origin : parsed.protocol;
}
