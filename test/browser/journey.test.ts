import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { TestServer } from '../support/server.ts';
import { DARK, DESKTOP, type Look, openPage, overflows, PHONE, picture } from './chromium.ts';
import { LOOKS, useStage } from './stage.ts';

/** Everything a person sees from the first visit to the logout, in a real browser, at the demo application. */
describe('the journey in Chromium', () => {
  const stage = useStage();

  for (const look of LOOKS) {
    it(`goes from the first visit to the logout: ${look.name}`, async () => {
      const address = `${look.name}@example.com`;
      const { page, context, complaints } = await openPage(stage.browser, look);
      await page.goto(stage.demo.url);
      await page.click('#login');
      await seen(page, look, 'identify', '#identifier');
      await page.fill('#identifier', 'not an address');
      await submitAnyway(page);
      await seen(page, look, 'identify-problem', '[role=alert]');
      await page.fill('#identifier', address);
      await page.click('#identifier-submit');
      await seen(page, look, 'code', '#code');
      await page.fill('#code', '000000');
      await page.click('#code-submit');
      await seen(page, look, 'code-problem', '[role=alert]');
      await enterCode(page, await stage.server.code(address));
      await page.waitForSelector('#claims');
      const claims = JSON.parse((await page.textContent('#claims')) ?? '') as { email?: string };
      expect(JSON.stringify(claims)).to.contain(address);
      await picture(page, look, 'application');
      await page.click('#refresh');
      await page.waitForSelector('#claims');
      await page.click('#logout');
      // Without script the person presses the button that script presses for everybody else.
      if (!look.script) {
        await seen(page, look, 'logout', '#logout-confirm');
        await page.click('#logout-confirm');
      }
      await page.waitForSelector('#login');
      expect(page.url()).to.match(new RegExp(`^${stage.demo.url}`));
      expect(complaints).to.deep.equal([]);
      await context.close();
    });
  }

  for (const look of [PHONE, DARK, DESKTOP]) {
    it(`asks for consent, lets refuse it, and explains itself: ${look.name}`, async () => {
      const { page, context, complaints } = await openPage(stage.browser, look);
      await page.goto(`${stage.demo.url}login?as=third-party`);
      await signIn(page, stage.server, `consent-${look.name}@example.com`);
      await seen(page, look, 'consent', '#consent-allow');
      await page.click('#consent-deny');
      await page.waitForSelector('text=access_denied');
      await picture(page, look, 'application-refused');
      await page.goto(`${stage.demo.url}login?as=third-party`);
      await seen(page, look, 'consent', '#consent-allow');
      await page.click('#consent-allow');
      await page.waitForSelector('#claims');
      await page.goto(`${stage.server.issuer}/session/end`);
      await seen(page, look, 'logout-question', '#logout-confirm');
      await page.click('#logout-confirm');
      await seen(page, look, 'logged-out', 'h1');
      expect(complaints).to.deep.equal([]);
      await context.close();
    });

    it(`shows an expired sign-in, an error and the inbox: ${look.name}`, async () => {
      const { page, context } = await openPage(stage.browser, look);
      await page.goto(`${stage.demo.url}login`);
      const interaction = page.url();
      await context.clearCookies({ name: 'interaction' });
      await page.goto(interaction);
      await seen(page, look, 'expired', '#expired-return');
      await page.click('#expired-return');
      await page.waitForSelector('text=access_denied');
      await page.goto(`${stage.server.issuer}/auth?client_id=nobody`);
      await seen(page, look, 'error', 'h1');
      await page.goto(`${stage.server.issuer}/dev/inbox`);
      await seen(page, look, 'inbox', 'h1');
      await page.goto(stage.server.issuer);
      await seen(page, look, 'home', 'h1');
      await context.close();
    });
  }

  it('signs in another account over a living session, through the page that goes on by itself', async () => {
    const { page, context, complaints } = await openPage(stage.browser, PHONE);
    await page.goto(`${stage.demo.url}login`);
    await signIn(page, stage.server, 'first-of-two@example.com');
    await page.waitForSelector('#claims');
    await page.goto(`${stage.demo.url}login?prompt=select_account`);
    await seen(page, PHONE, 'account', '#account-other');
    await page.click('#account-other');
    await signIn(page, stage.server, 'second-of-two@example.com');
    await page.waitForSelector('#claims');
    expect(await page.textContent('#claims')).to.contain('second-of-two@example.com');
    expect(complaints).to.deep.equal([]);
    await context.close();
  });
});

async function seen(page: Page, look: Look, name: string, selector: string): Promise<void> {
  await page.waitForSelector(selector);
  await picture(page, look, name);
  expect(await overflows(page), `${name} scrolls sideways`).to.equal(false);
}

/** The browser's own check of the field would keep the server from being asked. */
async function submitAnyway(page: Page): Promise<void> {
  await page.$eval('#identifier', (input) => input.setAttribute('type', 'text'));
  await page.click('#identifier-submit');
}

async function enterCode(page: Page, code: string): Promise<void> {
  await page.fill('#code', code);
  // Script may submit a complete code by itself.
  if (await page.isVisible('#code-submit').catch(() => false)) await page.click('#code-submit').catch(() => undefined);
}

async function signIn(page: Page, server: TestServer, address: string): Promise<void> {
  await page.fill('#identifier', address);
  await page.click('#identifier-submit');
  await page.waitForSelector('#code');
  await enterCode(page, await server.code(address));
}
