/** A stored cookie (RFC 6265bis §5.6). */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** True when only the host that set it gets it back. */
  readonly hostOnly: boolean;
  readonly path: string;
  /** Milliseconds since the epoch; null for a cookie of the browser session. */
  readonly expiresAt: number | null;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: 'strict' | 'lax' | 'none';
}

/** What decides whether SameSite cookies go along (RFC 6265bis §5.2). */
export interface CookieContext {
  readonly crossSite: boolean;
  /** A method that changes nothing: GET and HEAD. */
  readonly safeMethod: boolean;
}

export interface CookieJar {
  /** Stores what a response at this URL set; what a browser would refuse is dropped. */
  store(url: URL, setCookies: readonly string[]): void;
  /** The `Cookie` header of a request, or null when there is none to send. */
  header(url: URL, context: CookieContext): string | null;
  /** Live cookies; with a URL only those that a same-site request to it would carry. */
  list(url?: URL): readonly Cookie[];
  /** A jar of its own that starts with the same cookies. */
  copy(): CookieJar;
}

/** Browsers drop a cookie whose name and value are longer, so a test must notice one too (RFC 6265bis §5.6). */
const MAX_BYTES = 4096;

const SAME_SITE: CookieContext = { crossSite: false, safeMethod: true };

/** A jar with the storage and retrieval rules of RFC 6265bis; cookies of one host are shared by all its ports. */
export function createCookieJar(initial: readonly Cookie[] = []): CookieJar {
  let cookies = [...initial];
  const live = (): Cookie[] => {
    const now = Date.now();
    cookies = cookies.filter((cookie) => cookie.expiresAt === null || cookie.expiresAt > now);
    return cookies;
  };
  const matching = (url: URL, context: CookieContext): Cookie[] =>
    live()
      .filter((cookie) => goesTo(cookie, url, context))
      .sort((a, b) => b.path.length - a.path.length);
  return {
    store(url, setCookies) {
      for (const line of setCookies) {
        const cookie = parseSetCookie(line, url);
        if (cookie === null) continue;
        const index = cookies.findIndex((known) => isSame(known, cookie));
        if (index < 0) cookies.push(cookie);
        else cookies[index] = cookie;
      }
    },
    header(url, context) {
      const pairs = matching(url, context).map(({ name, value }) => `${name}=${value}`);
      return pairs.length === 0 ? null : pairs.join('; ');
    },
    list: (url) => (url === undefined ? [...live()] : matching(url, SAME_SITE)),
    copy: () => createCookieJar(live()),
  };
}

const isSame = (a: Cookie, b: Cookie): boolean => a.name === b.name && a.domain === b.domain && a.path === b.path;

function goesTo(cookie: Cookie, url: URL, { crossSite, safeMethod }: CookieContext): boolean {
  const host = url.hostname;
  if (cookie.hostOnly ? host !== cookie.domain : !domainMatches(host, cookie.domain)) return false;
  if (!pathMatches(url.pathname, cookie.path)) return false;
  if (cookie.secure && !isTrustworthy(url)) return false;
  if (!crossSite || cookie.sameSite === 'none') return true;
  return cookie.sameSite === 'lax' && safeMethod;
}

const domainMatches = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

const pathMatches = (path: string, cookiePath: string): boolean =>
  path === cookiePath || (path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/'));

/** Where `Secure` cookies work: https, and loopback as in Chromium and Firefox (W3C Secure Contexts §3.1). */
export const isTrustworthy = (url: URL): boolean =>
  url.protocol === 'https:' || /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);

function parseSetCookie(line: string, url: URL): Cookie | null {
  const [pair = '', ...rest] = line.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, Math.max(0, equals)).trim();
  const value = pair.slice(equals + 1).trim();
  if (name === '' || hasControl(line) || Buffer.byteLength(name + value) > MAX_BYTES) return null;
  const attributes = attributesOf(rest);
  const cookie = { name, value, ...scopeOf(attributes, url), ...protectionOf(attributes) };
  return isAcceptable(cookie, attributes, url) ? cookie : null;
}

const hasControl = (text: string): boolean =>
  [...text].some((char) => (char < ' ' && char !== '\t') || char === '\u007f');

const attributesOf = (parts: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    parts.map((part) => {
      const [key = '', ...value] = part.split('=');
      return [key.trim().toLowerCase(), value.join('=').trim()] as const;
    }),
  );

function scopeOf(attributes: ReadonlyMap<string, string>, url: URL): Pick<Cookie, 'domain' | 'hostOnly' | 'path'> {
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase() ?? '';
  const path = attributes.get('path') ?? '';
  const directory = url.pathname.slice(0, Math.max(1, url.pathname.lastIndexOf('/')));
  return {
    domain: domain === '' ? url.hostname : domain,
    hostOnly: domain === '',
    path: path.startsWith('/') ? path : directory,
  };
}

function protectionOf(
  attributes: ReadonlyMap<string, string>,
): Pick<Cookie, 'expiresAt' | 'secure' | 'httpOnly' | 'sameSite'> {
  const sameSite = attributes.get('samesite')?.toLowerCase();
  return {
    expiresAt: expiryOf(attributes),
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: sameSite === 'strict' || sameSite === 'none' ? sameSite : 'lax',
  };
}

/** Max-Age wins over Expires (RFC 6265bis §5.6). */
function expiryOf(attributes: ReadonlyMap<string, string>): number | null {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Date.now() + Number(maxAge) * 1000;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? null : expires;
}

/** The refusals of RFC 6265bis §5.6 and its name prefixes (§4.1.3). */
function isAcceptable(cookie: Cookie, attributes: ReadonlyMap<string, string>, url: URL): boolean {
  if (!domainMatches(url.hostname, cookie.domain)) return false;
  if (cookie.secure && !isTrustworthy(url)) return false;
  if (cookie.sameSite === 'none' && !cookie.secure) return false;
  const name = cookie.name.toLowerCase();
  if (name.startsWith('__secure-')) return cookie.secure;
  if (name.startsWith('__host-')) return cookie.secure && cookie.hostOnly && attributes.get('path') === '/';
  return true;
}
