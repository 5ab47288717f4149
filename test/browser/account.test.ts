import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { TestServer } from '../support/server.ts';
import { type Look, openPage, overflows, picture } from './chromium.ts';
import { LOOKS, useStage } from './stage.ts';

/** Somebody looks after their account in a real browser, from the demo application to the end of the account. */
describe('the account in Chromium', () => {
  const stage = useStage();

  for (const [index, look] of LOOKS.entries()) {
    it(`is added to, changed, signed out elsewhere, and deleted: ${look.name}`, async () => {
      const [address, second] = [`account-${look.name}@example.com`, `second-${look.name}@example.com`];
      const number = `+4915112${index}45670`;
      const other = await openPage(stage.browser, look);
      await other.page.goto(`${stage.demo.url}login`);
      await signIn(other.page, stage.server, address);
      await other.page.waitForSelector('#claims');

      const { page, context, complaints } = await openPage(stage.browser, look);
      await page.goto(`${stage.demo.url}login`);
      await signIn(page, stage.server, address, 2);
      await page.waitForSelector('#claims');
      await page.click('#account');
      await seen(page, look, 'account-overview-one', '#account-add');

      await add(page, look, second, () => stage.server.code(second));
      await seen(page, look, 'account-overview-added', '#primary-1');
      await add(page, look, number.replace('+49', '0'), () => stage.server.code(number), 'DE');
      await seen(page, look, 'account-overview-number', '#remove-2');
      await page.click('#primary-1');
      await page.waitForSelector('#done');
      await page.click('#remove-0');
      await seen(page, look, 'account-remove', '#remove-confirm');
      await page.click('#remove-confirm');
      await seen(page, look, 'account-overview-removed', '#done');
      expect(await page.textContent('#identifiers')).to.not.contain(address);

      await page.click('#account-sessions');
      await seen(page, look, 'account-sessions', '#session-current');
      await page.click('#session-end-1');
      await seen(page, look, 'account-sessions-ended', '#done');
      await other.page.goto(`${stage.server.issuer}/account`);
      await other.page.waitForSelector('#identifier');

      await page.click('#account-back');
      await page.click('#account-delete');
      await seen(page, look, 'account-delete', '#sure');
      await page.check('#sure');
      await page.click('#delete-confirm');
      await page.waitForURL(/\/account\/deleted$/);
      await seen(page, look, 'account-deleted', 'h1');
      expect([...complaints, ...other.complaints]).to.deep.equal([]);
      await Promise.all([context.close(), other.context.close()]);
    });
  }

  /** From the overview by the two pages of adding back to the overview. */
  async function add(
    page: Page,
    look: Look,
    given: string,
    code: () => Promise<string>,
    country?: string,
  ): Promise<void> {
    const name = country === undefined ? 'address' : 'number';
    await page.click('#account-add');
    await seen(page, look, `account-add-${name}`, '#identifier');
    await page.fill('#identifier', given);
    if (country !== undefined) await page.selectOption('#country', country);
    await page.click('#identifier-submit');
    await seen(page, look, `account-proof-${name}`, '#code');
    await page.fill('#code', await code());
    // Script may submit a complete code by itself.
    await page.click('#code-submit', { timeout: 2_000 }).catch(() => undefined);
    await page.waitForSelector('#done');
  }
});

async function seen(page: Page, look: Look, name: string, selector: string): Promise<void> {
  await page.waitForSelector(selector);
  await picture(page, look, name);
  expect(await overflows(page), `${name} scrolls sideways`).to.equal(false);
}

async function signIn(page: Page, server: TestServer, address: string, count = 1): Promise<void> {
  await page.fill('#identifier', address);
  await page.click('#identifier-submit');
  await page.waitForSelector('#code');
  await page.fill('#code', await server.code(address, count));
  await page.click('#code-submit', { timeout: 2_000 }).catch(() => undefined);
}
