import type { Account } from '../../src/domain/account.ts';
import type { Browser } from './browser.ts';
import { enterCode, type Suite } from './journey.ts';
import type { Page } from './page.ts';

/** Opens a page of the account; whoever has to sign in for it does, with this address or number. */
export async function openAccount(
  suite: Suite,
  browser: Browser,
  identifier: string,
  path = '/account',
): Promise<Page> {
  await browser.get(`${suite.server.issuer}${path}`);
  if (browser.page.has('identifier') && browser.page.url.pathname.startsWith('/interaction/')) {
    await enterCode(browser, await suite.askForCode(browser, identifier));
  }
  return browser.page;
}

/** Goes from the overview to the page of the code that another identifier was sent. @returns the code */
export async function askToAdd(suite: Suite, browser: Browser, identifier: string): Promise<string> {
  await browser.click('account-add');
  return suite.askForCode(browser, identifier);
}

/** Adds an identifier to the account whose overview is shown. */
export async function addIdentifier(suite: Suite, browser: Browser, identifier: string): Promise<Page> {
  return enterCode(browser, await askToAdd(suite, browser, identifier));
}

/** The account that has proven this. @throws Error when nobody has */
export async function accountWith(suite: Suite, value: string): Promise<Account> {
  const channel = value.includes('@') ? 'email' : 'sms';
  const account = await suite.server.server.store.accounts.findByIdentifier({ channel, value });
  if (account === null) throw new Error('nobody has this');
  return account;
}

/** Which identifiers an account has, by value, in the order of the page. */
export const identifiersOf = ({ identifiers }: Account): string[] => identifiers.map(({ value }) => value);

/** What the notices to somebody say, newest first, as soon as there are so many. */
export async function noticesTo(suite: Suite, to: string, count = 1): Promise<string[]> {
  for (;;) {
    await suite.delivered();
    const notices = (await suite.server.inbox(to)).filter(({ code }) => code === null);
    if (notices.length >= count) return notices.map(({ text }) => text);
  }
}
