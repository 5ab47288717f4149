import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ADMIN_KEY, withAdmin } from '../support/admin.ts';
import { type FrozenTime, freezeTime } from '../support/clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { rejectionOf } from '../support/rejection.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { isVerifiable, kidOf, kidsAt } from '../support/signing-keys.ts';

const [OLD, NEW] = ['the-former-secret-of-this-installation-0001', 'the-newest-secret-of-this-installation-0002'];
const HOUR = 3_600_000;

describe('SECRET and the signing keys change at the same time (R-71)', function () {
  this.timeout(60_000);
  let directory: string;
  let database: TestDatabase | undefined;
  let time: FrozenTime;
  let running: TestServer | undefined;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'countersign-'));
    const mongo = process.env.STORE === 'mongo' ? process.env.MONGODB_URI : undefined;
    database = mongo === undefined ? undefined : await createTestDatabase(mongo);
    time = freezeTime();
  });
  afterEach(async () => {
    time.restore();
    await running?.close();
    await database?.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function startWith(...secrets: string[]): Promise<TestServer> {
    await running?.close();
    running = undefined;
    const store = database === undefined ? {} : { STORE_URL: database.url };
    running = await startServer({ directory, env: { ...withAdmin, ...store, SECRET: secrets.join(',') } });
    return running;
  }
  async function tokenOf({ issuer }: TestServer): Promise<string> {
    const credentials = Buffer.from('demo-backend:demo-backend-secret').toString('base64');
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    return String(((await answer.json()) as { access_token?: string }).access_token);
  }
  async function rotate({ issuer }: TestServer): Promise<void> {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
    const { status } = await fetch(`${issuer}/admin/api/signing-keys`, { method: 'POST', headers, body: '{}' });
    expect(status).to.equal(201);
  }

  it('and nothing that was signed is lost, whichever of them is first', async () => {
    let server = await startWith(OLD);
    const [first] = await kidsAt(server.issuer);
    await rotate(server);
    server = await startWith(NEW, OLD);
    const [, second, ...others] = await kidsAt(server.issuer);
    expect(others).to.deep.equal([]);
    const before = await tokenOf(server);
    expect(kidOf(before)).to.equal(first);
    time.advance(HOUR - 1000);
    server = await startWith(NEW);
    expect(await kidsAt(server.issuer)).to.deep.equal([first, second]);
    time.advance(1000);
    expect(kidOf(await tokenOf(server))).to.equal(second);
    await rotate(server);
    server = await startWith(NEW);
    expect((await kidsAt(server.issuer)).slice(0, 2)).to.deep.equal([first, second]);
    expect(await isVerifiable(server.issuer, await tokenOf(server))).to.equal(true);
  });

  it('and a start without the secret of a key that is published is refused, with the reason', async () => {
    await rotate(await startWith(OLD));
    expect((await rejectionOf(startWith(NEW))).message).to.match(/signing key .* SECRET that is not listed/);
  });
});
