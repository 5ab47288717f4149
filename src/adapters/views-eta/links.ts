const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * A URL somebody registered for an application (logo, policy, terms), fit for `href` and `src`: https only, and http on
 * loopback in development. Escaping alone would let `javascript:` through.
 *
 * @returns the normalised URL, or null when it must be left out
 */
export function clientLink(url: string | null, development: boolean): string | null {
  const parsed = url === null ? null : URL.parse(url);
  if (parsed === null || parsed.username !== '' || parsed.password !== '') return null;
  if (parsed.protocol === 'https:') return parsed.href;
  return development && parsed.protocol === 'http:' && LOOPBACK.has(parsed.hostname) ? parsed.href : null;
}

/**
 * Where this server itself sends a person: a path of ours, a web address, or the private-use scheme of a native
 * application, which contains a dot (RFC 8252 §7.1). Schemes that execute or read something are none of these.
 *
 * @returns the URL as given, or null when it must be left out
 */
export function targetLink(url: string | null): string | null {
  if (url === null) return null;
  if (/^\/(?![/\\])/.test(url)) return url;
  const protocol = URL.parse(url)?.protocol ?? '';
  return /^(?:https?|[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+):$/.test(protocol) ? url : null;
}
