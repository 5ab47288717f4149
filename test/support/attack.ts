import { connect } from 'node:net';
import type { Overrides } from '../../src/compose.ts';
import type { Challenge } from '../../src/domain/challenge.ts';
import type { Browser } from './browser.ts';
import { entryList, type FormEntries } from './html-forms.ts';
import type { SignInOptions, Suite } from './journey.ts';
import { createPage, type Page } from './page.ts';
import type { Started } from './relying-party.ts';
import { slowStore } from './slow-store.ts';
import { send, type WireRequest, type WireResponse } from './wire.ts';

const STORE_NAME = process.env.STORE === 'mongo' ? 'MongoDB' : 'SQLite';

/** Every store a race is tried on: a fast one in the process hides what a distant one shows (design §4). */
export const STORES: readonly { readonly name: string; readonly overrides: Overrides }[] = [
  { name: STORE_NAME, overrides: {} },
  { name: `${STORE_NAME}, milliseconds away`, overrides: { wrapStore: (store) => slowStore(store) } },
];

/** A budget that nobody spends, as the value of a variable. */
export const PLENTY = JSON.stringify([{ limit: 1_000_000, windowSeconds: 60 }]);

/** For measurements that need more sign-ins of one address, network and client than anybody is given. */
export const NO_BUDGETS: Readonly<Record<string, string>> = {
  BUDGETS_INTERACTIONS_PER_NETWORK: PLENTY,
  BUDGETS_SENDS_PER_NETWORK: PLENTY,
  BUDGETS_SENDS_PER_CLIENT: PLENTY,
  BUDGETS_SENDS_PER_IDENTIFIER: PLENTY,
  BUDGETS_SENDS_PER_NUMBER: PLENTY,
  BUDGETS_SENDS_PER_PREFIX: PLENTY,
  BUDGETS_UNANSWERED_PER_PREFIX: PLENTY,
  BUDGETS_SENDS_PER_COUNTRY: PLENTY,
  BUDGETS_SENDS_BY_OTHER_CHANNEL: PLENTY,
  BUDGETS_FAILURES_PER_CLIENT: PLENTY,
  BUDGETS_FAILURES_PER_IDENTIFIER: PLENTY,
};

/** A browser in front of the code page, and the code it is waiting for. */
export interface Waiting {
  readonly browser: Browser;
  readonly started: Started;
  readonly uid: string;
  readonly code: string;
}

/** Goes from the application to the code page. */
export async function waitForCode(
  suite: Suite,
  address: string,
  options: SignInOptions & { readonly browser?: Browser } = {},
): Promise<Waiting> {
  const browser = options.browser ?? suite.browser();
  const started = await suite.begin(browser, options);
  const code = await suite.askForCode(browser, address);
  return { browser, started, uid: uidOf(browser), code };
}

/** The interaction a browser is in. */
export const uidOf = (browser: Browser): string => browser.page.url.pathname.split('/')[2] ?? '';

/** The challenge of an interaction as the store has it. @throws Error when there is none */
export async function challengeOf(suite: Suite, uid: string): Promise<Challenge> {
  const challenge = await suite.server.server.store.challenges.findByInteraction(uid);
  if (challenge === null) throw new Error('no challenge in this interaction');
  return challenge;
}

/**
 * What the browser would send if this form was submitted now, as a request that can be fired any number of times at
 * once, by somebody who took the cookies.
 */
export function shotOf(browser: Browser, submitId: string, entries: FormEntries = {}): WireRequest {
  const { form, control } = browser.page.formAt(submitId);
  const url = new URL(form.action, browser.page.url);
  return {
    method: 'POST',
    url,
    headers: {
      ...carriedBy(browser, url),
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    body: new URLSearchParams(entryList(form, control, entries)).toString(),
  };
}

/** Opening an address with the cookies of a browser. */
export const visitOf = (browser: Browser, url: URL): WireRequest => ({
  method: 'GET',
  url,
  headers: carriedBy(browser, url),
  body: null,
});

const carriedBy = (browser: Browser, url: URL): Record<string, string> => ({
  accept: 'text/html',
  cookie: browser
    .cookies(url)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; '),
});

/** Fires requests at once. @returns their answers in the order of the requests */
export const volley = (shots: readonly WireRequest[]): Promise<WireResponse[]> =>
  Promise.all(shots.map((shot) => send(shot)));

/** The same `count` times. */
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Where an answer redirects to, or null. */
export const locationOf = ({ headers }: WireResponse, suite: Suite): URL | null =>
  headers.location === undefined ? null : new URL(headers.location, suite.server.issuer);

/** True for an answer that sends the browser on with a sign-in. */
export const leadsOn = (response: WireResponse, suite: Suite): boolean =>
  response.status === 303 && locationOf(response, suite)?.pathname.startsWith('/auth/') === true;

/** The middle of a list of milliseconds. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** What an action answers, and the milliseconds it took. */
export async function timed<T>(action: () => Promise<T>): Promise<{ answer: T; ms: number }> {
  const started = performance.now();
  const answer = await action();
  return { answer, ms: performance.now() - started };
}

/**
 * Bytes as they are on a connection, where no HTTP client tidies them up.
 * @returns everything that came back until the server closed; empty when it answered nothing
 */
export function sendBytes(issuer: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(issuer).port), '127.0.0.1', () => socket.end(bytes));
    const chunks: Buffer[] = [];
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer to raw bytes')));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

/** What somebody can tell of an answer, without what is new in every answer and without what they sent themselves. */
export interface Observation {
  readonly status: number;
  /** Names and values, in order; of cookies the names and attributes. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** Of each request on the way: method, path, status. */
  readonly way: readonly string[];
}

const NEW_EVERY_TIME = new Set(['date', 'x-request-id', 'etag', 'content-length', 'set-cookie']);

/** @param own what the observer has sent: the address, the interaction */
export function observe(page: Page, own: readonly string[]): Observation {
  const blank = (text: string): string =>
    own
      .reduce((rest, part) => rest.replaceAll(part, '\u2026'), text)
      .replace(/(name="(?:csrf|reference)" value=")[^"]*/g, '$1')
      .replace(/(id="reference"[^>]*>)[^<]*/g, '$1');
  return {
    status: page.status,
    headers: [...page.headers, ...cookiesSetBy(page)].flatMap(([name, value]): [string, string][] =>
      NEW_EVERY_TIME.has(name) ? [] : [[name, blank(value)]],
    ),
    body: blank(page.html),
    way: page.hops.map(({ method, url, status }) => blank(`${method} ${url.pathname}${url.search} ${status}`)),
  };
}

/** The answer to a shot as a browser would show it, not followed. */
export function shownBy({ method, url }: WireRequest, response: WireResponse): Page {
  const { status, headers, setCookies } = response;
  return createPage(response, url, [{ method, url, status, location: headers.location ?? null, setCookies }]);
}

const cookiesSetBy = (page: Page): [string, string][] =>
  page.hops
    .flatMap(({ setCookies }) => setCookies)
    .map((line) => ['cookie set', line.replace(/=[^;]*/, '').replace(/expires=[^;]*/, '')]);
