import { isTrustworthy } from './cookie-jar.ts';

/** The page that caused a request; null when the person typed the address. */
export interface Initiator {
  readonly url: URL;
  /** Its `Referrer-Policy`. */
  readonly referrerPolicy: string;
}

export type Site = 'none' | 'same-origin' | 'same-site' | 'cross-site';

const WORST_LAST: readonly Site[] = ['same-origin', 'same-site', 'cross-site'];

/** `Sec-Fetch-Site`: the worst relation over the whole redirect chain (W3C Fetch Metadata §2.3). */
function siteOf(initiator: Initiator | null, chain: readonly URL[]): Site {
  if (initiator === null) return 'none';
  const worst = Math.max(...chain.map((url) => WORST_LAST.indexOf(relation(initiator.url, url))));
  return WORST_LAST[worst] ?? 'cross-site';
}

function relation(from: URL, to: URL): Site {
  if (from.origin === to.origin) return 'same-origin';
  return from.protocol === to.protocol && siteName(from.hostname) === siteName(to.hostname)
    ? 'same-site'
    : 'cross-site';
}

/** The registrable domain, for hosts below a one-label suffix; a test needs no public suffix list. */
const siteName = (host: string): string => (/^[\d.]+$|^\[/.test(host) ? host : host.split('.').slice(-2).join('.'));

/** Whether SameSite cookies are held back: decided by the page that asked and the URL, not by redirects in between. */
export const isCrossSite = (initiator: Initiator | null, url: URL): boolean =>
  initiator !== null && relation(initiator.url, url) === 'cross-site';

/** What Chromium says about the origin of a navigation. */
export function provenance(method: string, initiator: Initiator | null, chain: readonly URL[]): Record<string, string> {
  const url = chain.at(-1);
  const headers: Record<string, string> = {};
  if (url === undefined) return headers;
  if (isTrustworthy(url)) {
    headers['sec-fetch-site'] = siteOf(initiator, chain);
    headers['sec-fetch-mode'] = 'navigate';
    headers['sec-fetch-user'] = '?1';
    headers['sec-fetch-dest'] = 'document';
  }
  if (initiator === null) return headers;
  if (method !== 'GET' && method !== 'HEAD') headers.origin = originHeader(initiator, url);
  const referrer = referrerOf(initiator, url);
  if (referrer !== null) headers.referer = referrer;
  return headers;
}

/**
 * Under `no-referrer` even a same-origin form sends `Origin: null` (Fetch §3.1, "append a request Origin header");
 * see rails/rails#30658.
 */
function originHeader({ url, referrerPolicy }: Initiator, target: URL): string {
  if (referrerPolicy === 'no-referrer') return 'null';
  return referrerPolicy === 'same-origin' && url.origin !== target.origin ? 'null' : url.origin;
}

/** W3C Referrer Policy §8.3. */
function referrerOf({ url, referrerPolicy }: Initiator, target: URL): string | null {
  const full = `${url.origin}${url.pathname}${url.search}`;
  const sameOrigin = url.origin === target.origin;
  switch (referrerPolicy) {
    case 'no-referrer':
      return null;
    case 'same-origin':
      return sameOrigin ? full : null;
    case 'origin':
    case 'strict-origin':
      return `${url.origin}/`;
    case 'unsafe-url':
    case 'no-referrer-when-downgrade':
      return full;
    default:
      return sameOrigin ? full : `${url.origin}/`;
  }
}
