import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { freePort, startServer, type TestServer } from '../support/server.ts';
import { DARK, DESKTOP, type Look, launch, openPage, overflows, PHONE, picture } from './chromium.ts';

const OWNER = 'owner@example.org';
const PACKAGES = join(dirname(fileURLToPath(import.meta.resolve('express'))), '..');

describe('clients of the console in Chromium', function () {
  this.timeout(120_000);
  let browser: Browser;
  let server: TestServer;
  const folders: string[] = [];
  const running: ChildProcess[] = [];
  before(async () => {
    browser = await launch();
    server = await startServer({ env: { ADMIN_EMAILS: OWNER } });
  });
  after(async () => {
    // The shell and what it has started.
    for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    await browser.close();
    await server.close();
  });

  async function signIn(page: Page, address: string): Promise<void> {
    const before = (await server.inbox(address)).length;
    await page.fill('#identifier', address);
    await page.click('#identifier-submit');
    const code = await server.code(address, before + 1);
    await page.fill('#code', code);
    // With script the last character submits.
    await page
      .locator('#code-submit')
      .click({ timeout: 2000 })
      .catch(() => undefined);
  }

  async function seen(page: Page, look: Look, name: string): Promise<void> {
    await picture(page, look, `console-${name}`);
    expect(await overflows(page), name).to.equal(false);
  }

  /** A program of the page, written down as it is shown, and run by its own commands. */
  async function pasted(page: Page, secret: string, origin: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'quick-start-'));
    folders.push(folder);
    const panel = page.locator('#quick-start .tab-panel').first();
    const name = (await panel.locator('figcaption span').first().textContent()) ?? '';
    const [program = '', commands = ''] = await panel.locator('pre code').allTextContents();
    writeFileSync(join(folder, name), program);
    symlinkSync(PACKAGES, join(folder, 'node_modules'));
    const env = { PATH: `${join(PACKAGES, '.bin')}:${process.env.PATH}` };
    const typed = commands.replace("'the secret of the client'", `'${secret}'`).replace(/^npm .*$/gm, ':');
    const child = spawn('sh', ['-e', '-c', typed], { cwd: folder, env, detached: true });
    running.push(child);
    await new Promise<void>((resolve, reject) => {
      let said = '';
      const listen = (text: Buffer): void => {
        said += text.toString();
        if (said.includes(origin)) resolve();
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('close', () => reject(new Error(said)));
    });
  }

  for (const look of [DESKTOP, PHONE, DARK]) {
    it(`from a refused redirect URI to a person who is signed in: ${look.name}`, async () => {
      const { page, context, complaints } = await openPage(browser, look);
      const origin = `http://localhost:${await freePort()}`;
      await page.goto(`${server.issuer}/admin/clients`);
      await signIn(page, OWNER);
      await page.waitForSelector('#new-client');
      await seen(page, look, 'clients');
      await page.click('#new-client');
      await seen(page, look, 'client-types');
      await page.click('#choose');
      await page.fill('#name', `Shop ${look.name}`);
      await page.fill('#redirectUris', `http://shop.example.org/callback\n${origin}/callback`);
      await page.waitForSelector('#redirectUris-problem');
      expect(await page.textContent('#redirectUris-problem')).to.contain('Line 1: "http://shop.example.org/callback"');
      await page.click('#save');
      await page.waitForSelector('#problem');
      await seen(page, look, 'client-refused');
      expect(await page.textContent('#redirectUris-problem')).to.contain('uses http; only localhost');
      await page.fill('#redirectUris', `${origin}/callback`);
      await page.click('#save');
      const secret = (await page.textContent('#client-secret')) ?? '';
      expect(secret).to.match(/^[\w-]{43}$/);
      await seen(page, look, 'client-secret');
      await page.click('#to-client');
      await page.waitForSelector('#quick-start');
      await seen(page, look, 'client');
      await pasted(page, secret, origin);

      const person = await openPage(browser, look);
      await person.page.goto(`${origin}/login`);
      await signIn(person.page, `ada-${look.name}@example.com`);
      await person.page.click('#consent-allow');
      await person.page.waitForURL(`${origin}/`);
      expect(await person.page.textContent('body')).to.contain(`ada-${look.name}@example.com`);

      await page.click('#rotate');
      await page.click('#confirm');
      expect(await page.textContent('#client-secret')).to.not.equal(secret);
      await page.click('#to-client');
      await page.click('#branding');
      await page.fill('#accent', '#b5306b');
      await page.fill('[id="en.heading"]', 'Come in');
      const preview = page.frameLocator('#preview-page');
      await preview.getByRole('heading', { name: 'Come in' }).waitFor();
      await seen(page, look, 'client-branding');
      await page.click('#save');
      await page.waitForSelector('#done');

      await person.page.goto(`${server.issuer}/account`);
      expect(await person.page.locator('#identifier').count(), 'the person is signed in').to.equal(0);
      await page.goto(`${server.issuer}/admin/accounts`);
      await page.fill('#search', `ada-${look.name}@example.com`);
      await page.click('#search-submit');
      await seen(page, look, 'account');
      await page.click('#disable');
      await seen(page, look, 'account-disable');
      await page.click('#confirm');
      await page.waitForSelector('#enable');
      await seen(page, look, 'account-disabled');
      await person.page.reload();
      await person.page.waitForSelector('#identifier');
      // Frames that only look run no script, and Chromium says so.
      expect(complaints.filter((complaint) => !complaint.includes('sandboxed'))).to.deep.equal([]);
      await context.close();
      await person.context.close();
    });
  }
});
