import type { Client } from './client.ts';

/** A program that signs somebody in at a client, or gets a token for it, ready to be pasted into an empty folder. */
export const QUICK_STARTS = ['express', 'next', 'spring', 'go', 'browser', 'native', 'curl', 'curl-machine'] as const;
export type QuickStartName = (typeof QUICK_STARTS)[number];

/** What a quick start needs to know of a client. */
export type QuickStartClient = Pick<Client, 'id' | 'type' | 'grantTypes' | 'redirectUris' | 'scopes' | 'resources'>;

/** Where a quick start is sent the answer. */
export interface QuickStartRedirect {
  readonly uri: string;
  /** False when the client has none that this quick start could use: then this one has to be registered first. */
  readonly registered: boolean;
}

/** For which kinds of client each of them is; a browser or a person's computer keeps no secret (RFC 6749 §2.1). */
const TYPES: Readonly<Record<Exclude<QuickStartName, 'curl-machine'>, readonly Client['type'][]>> = {
  express: ['web'],
  next: ['web'],
  spring: ['web'],
  go: ['web'],
  browser: ['spa'],
  native: ['native'],
  curl: ['web', 'spa', 'native', 'machine'],
};

/** The quick starts that fit a client, the most likely one first. */
export function quickStartsFor({ type, grantTypes, scopes }: QuickStartClient): QuickStartName[] {
  const signsIn = grantTypes.includes('authorization_code') && scopes.includes('openid');
  const machine = grantTypes.includes('client_credentials') && (type === 'web' || type === 'machine');
  return QUICK_STARTS.filter((name) => (name === 'curl-machine' ? machine : signsIn && TYPES[name].includes(type)));
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Auth.js answers at a path of its own choice, of which the last part is ours. */
const OF_AUTH_JS = /^\/api\/auth\/callback\/[\w-]+$/;

/** Neither the default port of this server nor that of its demo application. */
const ASIDE = 8080;

/**
 * The redirect URI a quick start is written for: one on this machine where there is one. Client libraries make the
 * address anew of what the browser asked for, so it has to be spelled as the URL parser does, and have no query.
 */
export function quickStartRedirect(name: QuickStartName, client: QuickStartClient): QuickStartRedirect {
  const usable = client.redirectUris.filter((uri) => isUsable(name, uri));
  const uri = usable.find((one) => LOOPBACK.has(new URL(one).hostname)) ?? usable[0];
  return uri === undefined ? { uri: suggested(name), registered: false } : { uri, registered: true };
}

function isUsable(name: QuickStartName, uri: string): boolean {
  if (name === 'curl') return true;
  const parsed = URL.parse(uri);
  if (parsed === null || parsed.href !== uri || parsed.search !== '' || !/^https?:$/.test(parsed.protocol))
    return false;
  if (name === 'native') return parsed.protocol === 'http:';
  // Spring Security takes every request to that path for an answer, the front page's too.
  if (name === 'spring') return parsed.pathname !== '/';
  return name !== 'next' || OF_AUTH_JS.test(parsed.pathname);
}

function suggested(name: QuickStartName): string {
  if (name === 'native') return `http://127.0.0.1:${ASIDE}/callback`;
  return `http://localhost:${ASIDE}${name === 'next' ? '/api/auth/callback/countersign' : '/callback'}`;
}
