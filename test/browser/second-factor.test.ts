import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type Look, openPage, overflows, picture } from './chromium.ts';
import { LOOKS, useStage } from './stage.ts';

/** A second factor in a real browser: added, then asked for, at the demo application. */
describe('a second factor in Chromium', function () {
  this.timeout(30_000);
  const stage = useStage();
  let people = 0;

  for (const look of LOOKS) {
    it(`is added by somebody new, and asked for by a step up: ${look.name}`, async () => {
      people += 1;
      const [address, national] = [`second.${people}@example.com`, `0151 2${people}2345${people}7`];
      const number = `+49${national.replaceAll(' ', '').slice(1)}`;
      const { page, context, complaints } = await openPage(stage.browser, look);
      await page.goto(stage.demo.url);
      await page.click('#login-second-factor');
      await page.fill('#identifier', address);
      await page.click('#identifier-submit');
      await page.waitForSelector('#code');
      await enterCode(page, await stage.server.code(address));
      await page.waitForURL(/\/enroll$/);
      await seen(page, look, 'enroll', '#identifier');
      await page.selectOption('#country', 'DE');
      await page.fill('#identifier', national);
      await page.click('#identifier-submit');
      await page.waitForURL(/\/code$/);
      await seen(page, look, 'code-add', '#code');
      await enterCode(page, await stage.server.code(number));
      await page.waitForSelector('#claims');

      await context.clearCookies();
      await page.goto(`${stage.demo.url}login`);
      await page.fill('#identifier', address);
      await page.click('#identifier-submit');
      await page.waitForSelector('#code');
      await enterCode(page, await stage.server.code(address, 3));
      await page.waitForSelector('#claims');
      await page.click('#login-second-factor');
      await page.waitForURL(/\/factor$/);
      await seen(page, look, 'factor', '#factor-submit');
      await page.click('#factor-submit');
      await page.waitForURL(/\/code$/);
      await seen(page, look, 'code-second', '#code');
      await enterCode(page, await stage.server.code(number, 2));
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
