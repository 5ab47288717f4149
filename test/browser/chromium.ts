import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Debian, Chrome and macOS put it; `CHROMIUM` names another one. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executable = process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path));

/** What a page is looked at with. */
export interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  readonly script: boolean;
}

export const PHONE: Look = { name: 'phone', width: 390, height: 844, scheme: 'light', script: true };
export const DESKTOP: Look = { name: 'desktop', width: 1280, height: 800, scheme: 'light', script: true };
export const DARK: Look = { name: 'dark', width: 390, height: 844, scheme: 'dark', script: true };
export const WITHOUT_SCRIPT: Look = { name: 'without-script', width: 390, height: 844, scheme: 'light', script: false };

export function launch(): Promise<Browser> {
  if (executable === undefined) throw new Error('no Chromium found; install it or name it in CHROMIUM');
  // The sandbox needs a user who is not root; a CI machine often has none.
  return chromium.launch({ executablePath: executable, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

/** A page that remembers everything its console complained about, CSP violations included. */
export async function openPage(
  browser: Browser,
  look: Look,
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    javaScriptEnabled: look.script,
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A form that is answered 422 or 429 is reported by the browser as a failed resource; that is what we answered.
    if (message.type() === 'error' && !/status of (?:4\d\d)/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, context, complaints };
}

/** Keeps a picture of the page when `SCREENSHOTS` names a folder, for somebody to look at. */
export async function picture(page: Page, look: Look, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.${look.name}.png`), fullPage: true });
}

/** Whether the page can be scrolled sideways: nothing may be cut off on a phone. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth') as Promise<boolean>;
