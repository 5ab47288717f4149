import type { CookieJar } from './cookie-jar.ts';
import { type Initiator, isCrossSite, provenance } from './fetch-metadata.ts';
import { formActionAllows } from './form-action.ts';
import { createPage, type Hop, type Page } from './page.ts';
import { type Origins, send, type WireResponse } from './wire.ts';

export interface BrowserOptions {
  /** What relative addresses given to `get` start from. */
  readonly baseUrl?: string;
  readonly userAgent?: string;
  /** `Accept-Language`. */
  readonly language?: string;
  /** The address that a proxy in front reports; the server has to trust the loopback for it to count. */
  readonly ip?: string;
  /** Further headers of every request; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Public origins that a loopback server stands for; requests to them arrive there as from a TLS proxy. */
  readonly origins?: Origins;
  /** Origins that nobody serves, such as an application's: a redirect to one ends there. Other schemes always end. */
  readonly stopAt?: readonly string[];
}

/** What a navigation starts with. */
export interface NavigationRequest {
  readonly method: string;
  readonly url: URL;
  /** Urlencoded, or null. */
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly initiator: Initiator | null;
  /** The page whose form is submitted: its CSP has a say in where this may lead. */
  readonly formPage: Page | null;
}

/** One tab: what it shows and where it has been. */
export interface Navigator {
  readonly page: Page | null;
  readonly history: readonly Hop[];
  readonly stoppedAt: URL | null;
  /** What ends elsewhere leaves the tab as it was; the same address again replaces its entry (HTML §7.4.2.2). */
  open(request: NavigationRequest): Promise<Page>;
  /** From an application that nobody serves, this leads to the page that was shown last. */
  back(): Promise<Page>;
  reload(): Promise<Page>;
  /** The shown page as the one that causes the next request. */
  initiator(): Initiator | null;
}

interface Entry {
  readonly page: Page;
  /** What asked for this very page, after redirects. */
  readonly request: NavigationRequest;
}

/** Chromium gives up after this many. */
const MAX_REDIRECTS = 20;

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

export function createNavigator(options: BrowserOptions, jar: CookieJar): Navigator {
  const entries: Entry[] = [];
  const history: Hop[] = [];
  let stoppedAt: URL | null = null;
  const current = (): Page | null => entries.at(-1)?.page ?? null;
  const load = async (request: NavigationRequest): Promise<Entry> => {
    const outcome = await follow(request, options, jar, history);
    stoppedAt = outcome.stoppedAt;
    return outcome.entry;
  };
  return {
    get page() {
      return current();
    },
    history,
    get stoppedAt() {
      return stoppedAt;
    },
    async open(request) {
      const entry = await load(request);
      if (stoppedAt !== null) return entry.page;
      if (entry.page.url.href === current()?.url.href) entries.pop();
      entries.push(entry);
      return entry.page;
    },
    async back() {
      if (stoppedAt !== null) stoppedAt = null;
      else if (entries.length < 2) throw new Error('nothing to go back to');
      else entries.pop();
      return isStored(last(entries).page) ? last(entries).page : this.reload();
    },
    async reload() {
      const entry = await load(last(entries).request);
      if (stoppedAt === null) entries.splice(-1, 1, entry);
      return entry.page;
    },
    initiator: () => initiatorOf(current()),
  };
}

const isStored = (page: Page): boolean => !page.headers.get('cache-control')?.includes('no-store');

function last(entries: readonly Entry[]): Entry {
  const entry = entries.at(-1);
  if (entry === undefined) throw new Error('no page yet');
  return entry;
}

const initiatorOf = (page: Page | null): Initiator | null =>
  page === null ? null : { url: page.url, referrerPolicy: page.headers.get('referrer-policy') ?? '' };

/** Sends a request and what its redirects ask for, until there is a page or an address that nobody serves. */
async function follow(
  first: NavigationRequest,
  options: BrowserOptions,
  jar: CookieJar,
  history: Hop[],
): Promise<{ entry: Entry; stoppedAt: URL | null }> {
  const chain: URL[] = [];
  const hops: Hop[] = [];
  assertFormAction(first);
  for (let request = first; chain.length <= MAX_REDIRECTS; ) {
    chain.push(request.url);
    const response = await exchange(request, chain, options, jar);
    const location = response.headers.location ?? null;
    const hop = {
      method: request.method,
      url: request.url,
      status: response.status,
      location,
      setCookies: response.setCookies,
    };
    hops.push(hop);
    history.push(hop);
    const next = redirected(request, response);
    const stops = next !== null && isBeyond(next.url, options);
    if (next !== null) assertFormAction(next);
    if (next === null || stops) {
      const page = createPage(response, request.url, hops);
      return { entry: { page, request }, stoppedAt: stops ? next.url : null };
    }
    request = next;
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects: ${chain.slice(-3).join(' → ')}`);
}

async function exchange(
  request: NavigationRequest,
  chain: readonly URL[],
  options: BrowserOptions,
  jar: CookieJar,
): Promise<WireResponse> {
  const { method, url, body, initiator } = request;
  const safeMethod = method === 'GET' || method === 'HEAD';
  const cookie = jar.header(url, { crossSite: isCrossSite(initiator, url), safeMethod });
  const headers = {
    'user-agent': options.userAgent ?? USER_AGENT,
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'accept-language': options.language ?? 'en-US,en;q=0.9',
    'upgrade-insecure-requests': '1',
    ...(options.ip === undefined ? {} : { 'x-forwarded-for': options.ip }),
    ...provenance(method, initiator, chain),
    ...(cookie === null ? {} : { cookie }),
    ...(body === null ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    ...options.headers,
    ...request.headers,
  };
  const response = await send({ method, url, headers, body }, options.origins);
  jar.store(url, response.setCookies);
  return response;
}

/** What a redirect asks for (Fetch §4.4): a POST becomes a GET, except after 307 and 308; null when it is none. */
function redirected(request: NavigationRequest, response: WireResponse): NavigationRequest | null {
  const { location } = response.headers;
  if (location === undefined || ![301, 302, 303, 307, 308].includes(response.status)) return null;
  const url = new URL(location, request.url);
  const keeps = response.status >= 307 || request.method === 'GET' || request.method === 'HEAD';
  const policy = response.headers['referrer-policy'];
  const initiator =
    request.initiator === null || typeof policy !== 'string'
      ? request.initiator
      : { ...request.initiator, referrerPolicy: policy };
  return keeps ? { ...request, url, initiator } : { ...request, url, initiator, method: 'GET', body: null };
}

const isBeyond = (url: URL, options: BrowserOptions): boolean =>
  !/^https?:$/.test(url.protocol) || options.stopAt?.includes(url.origin) === true;

function assertFormAction({ formPage, url }: NavigationRequest): void {
  const policies = formPage?.headers.get('content-security-policy') ?? null;
  if (formPage !== null && !formActionAllows(policies, formPage.url, url)) {
    throw new Error(`the form-action policy of ${formPage.url.pathname} stops the way to ${url.origin}${url.pathname}`);
  }
}
