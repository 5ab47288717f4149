import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { startBeside } from '../../examples/relying-party/beside.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { DARK, DESKTOP, type Look, launch, openPage, overflows, PHONE, picture, WITHOUT_SCRIPT } from './chromium.ts';

/** A second factor in a real browser: added, then asked for, at the demo application. */
describe('a second factor in Chromium', function () {
  this.timeout(30_000);
  let browser: Browser;
  let server: TestServer;
  let demo: NonNullable<Awaited<ReturnType<typeof startBeside>>>;
  let people = 0;

  before(async () => {
    browser = await launch();
    server = await startServer();
    const beside = await startBeside(server.issuer, server.config.port + 1);
    if (beside === null) throw new Error('the port of the demo application is taken');
    demo = beside;
  });

  after(async () => {
    await browser?.close();
    demo?.close();
    await server?.close();
  });

  for (const look of [PHONE, DESKTOP, DARK, WITHOUT_SCRIPT]) {
    it(`is added by somebody new, and asked for by a step up: ${look.name}`, async () => {
      people += 1;
      const [address, national] = [`second.${people}@example.com`, `0151 2${people}2345${people}7`];
      const number = `+49${national.replaceAll(' ', '').slice(1)}`;
      const { page, context, complaints } = await openPage(browser, look);
      await page.goto(demo.url);
      await page.click('#login-second-factor');
      await page.fill('#identifier', address);
      await page.click('#identifier-submit');
      await page.waitForSelector('#code');
      await enterCode(page, await server.code(address));
      await page.waitForURL(/\/enroll$/);
      await seen(page, look, 'enroll', '#identifier');
      await page.selectOption('#country', 'DE');
      await page.fill('#identifier', national);
      await page.click('#identifier-submit');
      await page.waitForURL(/\/code$/);
      await seen(page, look, 'code-add', '#code');
      await enterCode(page, await server.code(number));
      await page.waitForSelector('#claims');

      await context.clearCookies();
      await page.goto(`${demo.url}login`);
      await page.fill('#identifier', address);
      await page.click('#identifier-submit');
      await page.waitForSelector('#code');
      await enterCode(page, await server.code(address, 3));
      await page.waitForSelector('#claims');
      await page.click('#login-second-factor');
      await page.waitForURL(/\/factor$/);
      await seen(page, look, 'factor', '#factor-submit');
      await page.click('#factor-submit');
      await page.waitForURL(/\/code$/);
      await seen(page, look, 'code-second', '#code');
      await enterCode(page, await server.code(number, 2));
      await page.waitForSelector('#claims');
      expect(await page.isVisible('#login-second-factor')).to.equal(false);
      expect(complaints).to.deep.equal([]);
      await context.close();
    });
  }
});

async function seen(page: Page, look: Look, name: string, selector: string): Promise<void> {
  await page.waitForSelector(selector);
  await picture(page, look, name);
  expect(await overflows(page), `${name} scrolls sideways`).to.equal(false);
}

async function enterCode(page: Page, code: string): Promise<void> {
  await page.fill('#code', code);
  // Script may submit a complete code by itself.
  if (await page.isVisible('#code-submit').catch(() => false)) await page.click('#code-submit').catch(() => undefined);
}
