import type { Administrator, AdminRole } from '../../src/domain/administration.ts';
import type { Browser } from './browser.ts';
import { enterCode, type Suite } from './journey.ts';
import type { Page } from './page.ts';

/** Owner of every test server's console that is started with `env: withOwner`. */
export const OWNER = 'owner@example.org';
export const withOwner = { ADMIN_EMAILS: OWNER } as const;

const TEST_ACTOR = { name: 'cli:test', caller: { network: '192.0.2.1', requestId: 'test' } } as const;

/** Somebody with a role who is signed in to the console. */
export interface Colleague {
  readonly browser: Browser;
  readonly address: string;
}

/** Opens a page of the console; whoever has to sign in for it does, with this address. */
export async function openConsole(suite: Suite, browser: Browser, address = OWNER, path = '/admin'): Promise<Page> {
  await browser.get(`${suite.server.issuer}${path}`);
  if (isAskedWho(browser)) await enterCode(browser, await suite.askForCode(browser, address));
  return browser.page;
}

/** True when the browser shows the sign-in. */
export const isAskedWho = (browser: Browser): boolean =>
  browser.page.has('identifier') && browser.page.url.pathname.startsWith('/interaction/');

/** Signs the owner of the configuration in to the console, at this page. */
export async function signInAsOwner(suite: Suite, path = '/admin'): Promise<Browser> {
  const browser = suite.browser();
  await openConsole(suite, browser, OWNER, path);
  return browser;
}

/** Puts somebody on the list, by the store: how people are invited has tests of its own. */
export async function invited(suite: Suite, role: AdminRole, address = suite.address(role)): Promise<Administrator> {
  const { store } = suite.server.server;
  const identifier = { channel: 'email', value: address, verifiedAt: null, primary: true } as const;
  const { account } = await store.accounts.createOrFind({
    id: `account-of-${address}`,
    identifiers: [identifier],
    attributes: {},
    consents: [],
    devices: [],
    held: null,
    status: 'active',
    createdAt: Date.now(),
    version: 1,
  });
  const administrator: Administrator = {
    email: address,
    role,
    accountId: account.id,
    invitedAt: Date.now(),
    invitedBy: TEST_ACTOR.name,
    acceptedAt: null,
    version: 1,
  };
  await store.administrators.create(administrator);
  return administrator;
}

/** Somebody new with a role, signed in to the console at this page. */
export async function signInAs(suite: Suite, role: AdminRole, path = '/admin'): Promise<Colleague> {
  const { email: address } = await invited(suite, role);
  const browser = suite.browser();
  await openConsole(suite, browser, address, path);
  return { browser, address };
}
