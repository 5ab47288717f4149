import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createViews } from '../../src/adapters/views-eta/index.ts';
import { createQuickStarts } from '../../src/services/clients/quick-starts.ts';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import type { Browser } from '../support/browser.ts';
import { enterCode, useServer } from '../support/journey.ts';
import { freePort } from '../support/server.ts';

/** Where the packages of this repository are, Express among them. */
const PACKAGES = join(dirname(fileURLToPath(import.meta.resolve('express'))), '..');

/** A program that was started as its quick start says. */
interface Started {
  readonly process: ChildProcess;
  /** Waits until it has said this. @returns what the expression found */
  says(expected: RegExp): Promise<RegExpExecArray>;
}

describe('Admin: quick starts', function () {
  this.timeout(60_000);
  const suite = useServer({ env: withAdmin });
  const admin = createAdministrator(suite);
  const folders: string[] = [];
  const running: ChildProcess[] = [];

  afterEach(() => {
    for (const process of running.splice(0)) process.kill('SIGKILL');
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  /** Registers a client and pastes its quick start into an empty folder. */
  async function pasted(name: string, fields: object) {
    const { status, body, text } = await admin.call('POST', '/clients', { body: { name: 'Shop', ...fields } });
    expect(status, text).to.equal(201);
    const { id } = body.client as { id: string };
    const client = await suite.server.server.store.clients.find(id);
    if (client === null) throw new Error('the client is not there');
    const { issuer } = suite.server;
    const starts = createQuickStarts({ views: createViews(), issuer, service: 'Countersign' })(client);
    const start = starts.find((one) => one.name === name);
    if (start === undefined) throw new Error(`no quick start ${name}`);
    const folder = mkdtempSync(join(tmpdir(), 'quick-start-'));
    folders.push(folder);
    for (const { path, text } of start.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return { folder, start, secret: String(body.secret) };
  }

  function run(folder: string, commands: readonly string[], secret: string): Started {
    const env = { PATH: `${join(PACKAGES, '.bin')}:${process.env.PATH}`, CLIENT_SECRET: secret };
    const child = spawn('sh', ['-e', '-c', `exec ${commands.join(' && ')}`], { cwd: folder, env });
    running.push(child);
    let said = '';
    const heard = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        for (const listen of heard) listen();
      });
    }
    return {
      process: child,
      says: (expected) =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            const found = expected.exec(said);
            if (found !== null) resolve(found);
          };
          heard.add(look);
          child.once('close', () => reject(new Error(`it has ended: ${said}`)));
          look();
        }),
    };
  }

  /** A person on the sign-in pages, from the first one to where the application takes over. */
  async function signIn(browser: Browser, address: string): Promise<void> {
    await enterCode(browser, await suite.askForCode(browser, address));
    if (browser.stoppedAt === null && browser.page.has('consent-allow')) await browser.click('consent-allow');
  }

  it('Express: written into an empty folder, it signs a person in', async () => {
    const origin = `http://localhost:${await freePort()}`;
    const redirectUris = ['https://shop.example.org/callback', `${origin}/callback`];
    const { folder, start, secret } = await pasted('express', { redirectUris });
    const [init, install, ...commands] = start.commands;
    // The packages are those of this repository; a registry is not asked in tests.
    expect(init).to.equal('npm init -y');
    expect(install).to.match(/^npm install express@5\.\d+\.\d+ openid-client@6\.\d+\.\d+$/);
    symlinkSync(PACKAGES, join(folder, 'node_modules'));
    await run(folder, commands, secret).says(new RegExp(origin));
    const browser = suite.browser({ stopAt: [] });
    await browser.get(origin);
    expect(browser.page.text).to.contain('Sign in');
    await browser.get('/login');
    const address = suite.address();
    await signIn(browser, address);
    expect(browser.page.url.href).to.equal(`${origin}/`);
    expect(browser.page.json()).to.include({ email: address, email_verified: true });
  });

  it('Express: what was not asked for here is no sign-in', async () => {
    const origin = `http://localhost:${await freePort()}`;
    const { folder, start, secret } = await pasted('express', { redirectUris: [`${origin}/`] });
    symlinkSync(PACKAGES, join(folder, 'node_modules'));
    await run(folder, start.commands.slice(2), secret).says(new RegExp(origin));
    const browser = suite.browser({ stopAt: [] });
    await browser.get(`${origin}/login`);
    await browser.get(`${origin}/?code=x&state=forged`);
    expect([browser.page.status, browser.page.text]).to.deep.equal([
      400,
      'Not signed in: invalid response encountered',
    ]);
  });

  for (const type of ['web', 'spa'] as const) {
    it(`curl: a person signs in at a client of type ${type}`, async () => {
      const origin = `http://localhost:${await freePort()}`;
      const { folder, start, secret } = await pasted('curl', { type, redirectUris: [`${origin}/callback`] });
      const shell = run(folder, start.commands, secret);
      const [url] = await shell.says(/http\S+\/auth\?\S+/);
      const browser = suite.browser({ stopAt: [origin] });
      await browser.get(url);
      const address = suite.address();
      await signIn(browser, address);
      shell.process.stdin?.end(`${browser.landedAt().href}\n`);
      const [, claims = ''] = await shell.says(/Signed in:\n(\{.*\})\n\{.*"sub".*\}\n/);
      expect(JSON.parse(claims)).to.include({ email: address });
    });
  }

  it('curl: a machine gets its token', async () => {
    const fields = { type: 'machine', scopes: ['read'], resources: ['https://api.example.org'] };
    const { folder, start, secret } = await pasted('curl-machine', fields);
    const [answer] = await run(folder, start.commands, secret).says(/\{.*\}\n/);
    expect(JSON.parse(answer)).to.include({ token_type: 'Bearer', scope: 'read' });
  });
});
