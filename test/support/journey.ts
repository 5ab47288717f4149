import { setImmediate } from 'node:timers/promises';
import type { AuditEvent } from '../../src/domain/event.ts';
import type { EventFilter } from '../../src/ports/store/events.ts';
import { type Browser, type BrowserOptions, createBrowser } from './browser.ts';
import { type FrozenTime, freezeTime } from './clock.ts';
import type { FormEntries } from './html-forms.ts';
import type { Page } from './page.ts';
import { createRelyingParty, type Parameters, type RelyingParty, type Started, type Tokens } from './relying-party.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';

/** A sign-in that has come back to the application. */
export interface SignedIn {
  readonly started: Started;
  /** The redirect URI with what was added to it. */
  readonly callback: URL;
  readonly tokens: Tokens;
}

export interface SignInOptions {
  readonly clientId?: string;
  /** Where the client is registered to have answers sent, if that is not the demo application. */
  readonly redirectUri?: string;
  readonly parameters?: Parameters;
}

/** One server for all tests of a `describe`, and those who come to it. */
export interface Suite {
  readonly server: TestServer;
  /** Starts the server again, on the same port and with what it had stored. */
  restart(): Promise<void>;
  /** A browser on a network of its own that stops at the application. */
  browser(options?: BrowserOptions): Browser;
  /** An address that nobody else in this test run has. */
  address(name?: string): string;
  /** A German number that nobody else in this test run has, in a block of its own. */
  number(): string;
  /** The application `demo`, or another client whose secret is its id with `-secret` behind it. */
  party(clientId?: string, redirectUri?: string): Promise<RelyingParty>;
  /** Sends a browser to sign in at an application; it shows what comes first. */
  begin(browser: Browser, options?: SignInOptions): Promise<Started>;
  /**
   * Gives an address or a number on the page that is shown.
   * @param entries what is typed and chosen instead of its canonical form
   * @returns the code in the message that comes of it
   */
  askForCode(browser: Browser, identifier: string, entries?: FormEntries): Promise<string>;
  /** The way of a person through all pages that come, agreeing to everything. */
  signIn(browser: Browser, identifier: string, options?: SignInOptions): Promise<SignedIn>;
  /** The code exchange for a browser that has come back to the application. */
  finish(browser: Browser, started: Started, clientId?: string, redirectUri?: string): Promise<SignedIn>;
  /** Waits until nothing is left to be delivered. */
  delivered(): Promise<void>;
  /** What the audit trail says, newest first, as soon as there are so many; nobody waits for it but tests. */
  events(filter: EventFilter, count?: number): Promise<AuditEvent[]>;
  /** Stops time until the end of the test. */
  freeze(): FrozenTime;
}

let networks = 0;
let people = 0;

/**
 * Starts a server before the tests of the enclosing `describe` and stops it after them.
 *
 * @param options a function for what is known only then, such as where another server listens
 */
export function useServer(options: TestServerOptions | (() => Promise<TestServerOptions>) = {}): Suite {
  let server: TestServer | undefined;
  let time: FrozenTime | undefined;
  const running = (): TestServer => {
    if (server === undefined) throw new Error('the server is not running');
    return server;
  };
  before(async () => {
    server = await startServer(typeof options === 'function' ? await options() : options);
  });
  afterEach(() => {
    time?.restore();
    time = undefined;
  });
  after(() => server?.close());

  const suite: Suite = {
    get server() {
      return running();
    },
    async restart() {
      server = await running().restart();
    },
    freeze() {
      time = freezeTime();
      return time;
    },
    ...visitors(running),
    ...traces(running),
    ...visits(() => suite),
  };
  return suite;
}

function visitors(running: () => TestServer): Pick<Suite, 'browser' | 'address' | 'number' | 'party'> {
  const parties = new Map<string, Promise<RelyingParty>>();
  return {
    browser(options) {
      networks += 1;
      const ip = `10.${networks >> 16}.${(networks >> 8) & 255}.${networks & 255}`;
      return createBrowser({ ip, stopAt: [running().application], ...options });
    },
    address(name = 'ada') {
      people += 1;
      return `${name}.${people}@example.org`;
    },
    number() {
      people += 1;
      return `+4915${11 + Math.floor(people / 1000)}${String(people % 1000).padStart(3, '0')}4567`;
    },
    party(clientId = 'demo', redirectUri = `${running().application}/callback`) {
      const party = parties.get(clientId) ?? partyOf(running().issuer, clientId, redirectUri);
      parties.set(clientId, party);
      return party;
    },
  };
}

const traces = (running: () => TestServer): Pick<Suite, 'delivered' | 'events'> => ({
  async delivered() {
    while ((await running().server.store.outbox.backlog()) > 0) await setImmediate();
  },
  async events(filter, count = 1) {
    for (;;) {
      const found = await running().server.store.events.list(filter, 100);
      if (found.length >= count) return found;
      await setImmediate();
    }
  },
});

/** The demo clients have secrets that follow from their names (design §7); those of tests do the same. */
const partyOf = (issuer: string, clientId: string, redirectUri: string): Promise<RelyingParty> =>
  createRelyingParty({ issuer, clientId, clientSecret: `${clientId}-secret`, redirectUri });

const visits = (suite: () => Suite): Pick<Suite, 'begin' | 'askForCode' | 'signIn' | 'finish'> => ({
  async begin(browser, { clientId, redirectUri, parameters } = {}) {
    const started = await (await suite().party(clientId, redirectUri)).start(parameters);
    await browser.get(started.url);
    return started;
  },
  async askForCode(browser, identifier, entries = {}) {
    const { server } = suite();
    const before = (await server.inbox(identifier)).length;
    await browser.submit('identifier-submit', { identifier, ...entries });
    return server.code(identifier, before + 1);
  },
  async signIn(browser, identifier, options = {}) {
    const started = await suite().begin(browser, options);
    if (isShown(browser, 'identifier')) {
      await enterCode(browser, await suite().askForCode(browser, identifier));
    }
    if (isShown(browser, 'consent-allow')) await browser.click('consent-allow');
    return suite().finish(browser, started, options.clientId, options.redirectUri);
  },
  async finish(browser, started, clientId, redirectUri) {
    const callback = browser.landedAt();
    const tokens = await (await suite().party(clientId, redirectUri)).finish(callback, started);
    return { started, callback, tokens };
  },
});

const isShown = (browser: Browser, id: string): boolean => browser.stoppedAt === null && browser.page.has(id);

/** Types a code and submits it. */
export const enterCode = (browser: Browser, code: string): Promise<Page> => browser.submit('code-submit', { code });

/** A code of the same shape that is not this one. @param shift which of the nine closest ones, 1 to 9 */
export const wrongCode = (code: string, shift = 1): string =>
  code.slice(0, -1) + String((Number(code.slice(-1)) + shift) % 10);

/** The parameters of an address, by name. */
export const parametersOf = (url: URL): Record<string, string> => Object.fromEntries(url.searchParams);

/** What a person reads, with addresses in one piece: where a line may break inside of one is no space. */
export const readableText = (page: Page): string => page.text.replaceAll(' @', '@');
