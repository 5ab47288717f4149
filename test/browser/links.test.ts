import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { linkIn } from '../support/links.ts';
import { DARK, DESKTOP, type Look, openPage, overflows, PHONE, picture } from './chromium.ts';
import { LOOKS, useStage } from './stage.ts';

/** Longer than the first wait of the page, the head start it gives, and the moment a request takes. */
const NOTICED_MS = 5_000;

describe('links in Chromium', () => {
  const stage = useStage();

  /** A tab in front of the code page, whose clock is moved by the test, and its mail. */
  async function waiting(look: Look, address: string) {
    const { page, context, complaints } = await openPage(stage.browser, look);
    if (look.script) await page.clock.install();
    await page.goto(`${stage.demo.url}login`);
    await page.fill('#identifier', address);
    await page.click('#identifier-submit');
    await page.waitForSelector('#code');
    const [mail] = await stage.server.messages(address);
    if (mail === undefined) throw new Error('no mail');
    return { page, context, complaints, mail };
  }

  for (const look of LOOKS) {
    it(`go on in another tab of the browser that asked: ${look.name}`, async () => {
      const { page, context, complaints, mail } = await waiting(look, `link-${look.name}@example.com`);
      await seen(page, look, 'link-wait', '#code');
      const tab = await context.newPage();
      const posts: string[] = [];
      tab.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
      await tab.goto(linkIn(mail).href, { waitUntil: 'networkidle' });
      await seen(tab, look, 'link', '#link-confirm');
      expect(posts, 'nothing is submitted but by a press').to.deep.equal([]);
      await tab.click('#link-confirm');
      await tab.waitForSelector('#claims');
      expect(await tab.textContent('#claims')).to.contain(mail.to);
      if (look.script) await page.clock.runFor(NOTICED_MS);
      else await page.reload();
      await seen(page, look, 'link-noticed', '#expired-return');
      expect(await page.textContent('h1')).to.equal('This sign-in is already finished');
      expect(complaints).to.deep.equal([]);
      await context.close();
    });

    it(`show the code in another browser, which works in the first: ${look.name}`, async () => {
      const { page, context, complaints, mail } = await waiting(look, `elsewhere-${look.name}@example.com`);
      const other = await openPage(stage.browser, look);
      await other.page.goto(linkIn(mail).href);
      await seen(other.page, look, 'link-elsewhere', '#link-confirm');
      await other.page.click('#link-confirm');
      await seen(other.page, look, 'link-code', '#shown-code');
      expect(await other.context.cookies()).to.deep.equal([]);
      await page.fill('#code', (await other.page.textContent('#shown-code')) ?? '');
      await page.click('#code-submit');
      await page.waitForSelector('#claims');
      expect([...complaints, ...other.complaints]).to.deep.equal([]);
      await other.context.close();
      await context.close();
    });
  }

  it('are shown as mails that lead there, in both colour schemes', async () => {
    for (const look of [PHONE, DARK, DESKTOP]) {
      const { context, mail } = await waiting(look, `mail-${look.name}@example.com`);
      const reader = await context.newPage();
      await reader.setContent(mail.html ?? '');
      await picture(reader, look, 'mail-both');
      expect(await overflows(reader)).to.equal(false);
      await reader.click('text=Sign in to Demo');
      await reader.waitForSelector('#link-confirm');
      await context.close();
    }
  });

  it('are asked after only while somebody looks at the page, less and less often, and not for ever', async () => {
    const { page, context } = await waiting(PHONE, 'polling@example.com');
    const asked: string[] = [];
    page.on('request', (request) => request.url().includes('/progress/') && asked.push(request.method()));
    const during = async (ms: number): Promise<number> => {
      const before = asked.length;
      for (let passed = 0; passed < ms; passed += 1000) {
        await page.clock.runFor(1000);
        await page.waitForLoadState('networkidle');
      }
      return asked.length - before;
    };
    const minute = await during(60_000);
    expect(minute).to.be.within(4, 8);
    expect(new Set(asked)).to.deep.equal(new Set(['HEAD']));
    await look(page, 'hidden');
    expect(await during(60_000)).to.equal(0);
    const hidden = asked.length;
    await look(page, 'visible');
    await during(1_000);
    expect(asked.length - hidden, 'at once').to.equal(1);
    await page.clock.fastForward(300_000);
    await during(20_000);
    expect(await during(60_000)).to.equal(0);
    await context.close();
  });
});

/** Turns to the tab or away from it, as far as its scripts can tell. */
const look = (page: Page, state: 'hidden' | 'visible'): Promise<unknown> =>
  page.evaluate(
    `Object.defineProperty(document, 'hidden', { configurable: true, value: ${state === 'hidden'} });
     document.dispatchEvent(new Event('visibilitychange'))`,
  );

async function seen(page: Page, look: Look, name: string, selector: string): Promise<void> {
  await page.waitForSelector(selector);
  await picture(page, look, name);
  expect(await overflows(page), `${name} scrolls sideways`).to.equal(false);
}
