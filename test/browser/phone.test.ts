import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { startBeside } from '../../examples/relying-party/beside.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { DARK, DESKTOP, type Look, launch, openPage, overflows, PHONE, picture, WITHOUT_SCRIPT } from './chromium.ts';

/** Signing in by phone in a real browser: the form for both, the country, the code, the other channel. */
describe('signing in by phone in Chromium', () => {
  let browser: Browser;
  let server: TestServer;
  let demo: NonNullable<Awaited<ReturnType<typeof startBeside>>>;

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

  for (const [index, look] of [PHONE, DESKTOP, DARK, WITHOUT_SCRIPT].entries()) {
    it(`goes from a mistake over the country to the application: ${look.name}`, async () => {
      const number = `+4474001${index}3456`;
      const { page, context, complaints } = await openPage(browser, look);
      await page.goto(demo.url);
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
      await page.fill('#code', await server.code(number));
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
      const { page, context, complaints } = await openPage(browser, look);
      await page.goto(demo.url);
      await page.click('#login');
      await page.fill('#identifier', number);
      await page.click('#identifier-submit');
      await page.waitForSelector('#code');
      await page.click('#code-other');
      await page.waitForSelector('#recipient:has-text("e-mail address of")');
      await seen(page, look, 'code-other');
      await page.click('#code-other');
      await page.waitForSelector('#recipient:not(:has-text("of"))');
      await page.fill('#code', await server.code(number, 2));
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
