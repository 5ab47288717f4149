import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type Look, openPage, overflows, PHONE, picture, WITHOUT_SCRIPT } from './chromium.ts';
import { LOOKS, useStage } from './stage.ts';

/** Signing in by phone in a real browser: the form for both, the country, the code, the other channel. */
describe('signing in by phone in Chromium', () => {
  const stage = useStage();

  for (const [index, look] of LOOKS.entries()) {
    it(`goes from a mistake over the country to the application: ${look.name}`, async () => {
      const number = `+4474001${index}3456`;
      const { page, context, complaints } = await openPage(stage.browser, look);
      await page.goto(stage.demo.url);
      await page.click('#login');
      await seen(page, look, 'identify-either');
      await page.fill('#identifier', 'ada@example.org');
      expect(await page.isVisible('#country'), 'an address is in no country').to.equal(!look.script);
      await page.fill('#identifier', '07400');
      expect(await page.isVisible('#country')).to.equal(true);
      expect(await page.inputValue('#country'), 'where en-GB is spoken').to.equal('GB');
      await page.selectOption('#country', 'DE');
      await page.click('#identifier-submit');
      await page.waitForSelector('[role=alert]');
      await seen(page, look, 'identify-either-problem');
      expect(await page.inputValue('#country')).to.equal('DE');
      await page.fill('#identifier', number.replace('+44', '0'));
      await page.selectOption('#country', 'GB');
      await page.click('#identifier-submit');
      await page.waitForSelector('#code');
      expect(await page.textContent('#recipient')).to.match(/^\+44 7400 \d{6}$/);
      await seen(page, look, 'code-sms');
      await page.fill('#code', await stage.server.code(number));
      await page.click('#code-submit');
      await page.waitForSelector('#claims');
      expect(await page.textContent('#claims')).to.contain(number);
      expect(complaints).to.deep.equal([]);
      await context.close();
    });
  }

  for (const look of [PHONE, WITHOUT_SCRIPT]) {
    it(`asks for the code by mail instead, and back: ${look.name}`, async () => {
      const number = look.script ? '+447400223456' : '+447400233456';
      const { page, context, complaints } = await openPage(stage.browser, look);
      await page.goto(stage.demo.url);
      await page.click('#login');
      await page.fill('#identifier', number);
      await page.click('#identifier-submit');
      await page.waitForSelector('#code');
      await page.click('#code-other');
      await page.waitForSelector('#recipient:has-text("e-mail address of")');
      await seen(page, look, 'code-other');
      await page.click('#code-other');
      await page.waitForSelector('#recipient:not(:has-text("of"))');
      await page.fill('#code', await stage.server.code(number, 2));
      await page.click('#code-submit');
      await page.waitForSelector('#claims');
      expect(complaints).to.deep.equal([]);
      await context.close();
    });
  }
});

async function seen(page: Page, look: Look, name: string): Promise<void> {
  expect(await overflows(page), `${name} is cut off`).to.equal(false);
  await picture(page, look, name);
}
