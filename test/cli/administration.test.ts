import { expect } from 'chai';
import { ADMIN_KEY, withAdmin } from '../support/admin.ts';
import { createTestDatabase, type TestDatabase } from '../support/mongo/database.ts';
import { describeWithMongo } from '../support/mongo/suite.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { administers, registersClients, SHARED_SECRET, useShell } from './administered.ts';
import { startCommand } from './command-line.ts';

describe('command line: all of the administration, on SQLite', () => {
  const shell = useShell((folder) => ({ STORE_URL: `sqlite:${folder}/store.db` }), { processes: false });
  administers(shell);

  it('sends nothing to a terminal that it would act on, and JSON stays what it was', async () => {
    const text = '{"A\u009b31m\u202Eevil":1}';
    const { err } = await shell.run('clients', 'add', '--name', 'x', '--claims', text);
    expect(err).to.include('A\uFFFD31m\uFFFDevil').and.not.match(ACTIVE);
    const smsText = 'A\u009b31mevil {otp}';
    await shell.json(
      'clients',
      'add',
      '--name',
      'Shop',
      '--redirect-uri',
      'https://shop.example/',
      '--sms-text',
      smsText,
    );
    const { items } = await shell.json<{ items: { id: string; smsText: string | null }[] }>('clients', 'list');
    const shop = items.find((item) => item.smsText === smsText);
    expect(shop).to.be.an('object');
    const { out } = await shell.run('clients', 'show', shop?.id ?? '');
    expect(out).to.include('A\uFFFD31mevil').and.not.match(ACTIVE);
    for (const args of [
      ['clients', 'list', '--json'],
      ['clients', 'export'],
      ['events', 'export'],
    ]) {
      expect((await shell.run(...args)).out, args.join(' ')).to.not.match(ACTIVE);
    }
  }).timeout(60_000);
});

describe('command line: administration without a server, on SQLite', () => {
  const shell = useShell((folder) => ({ STORE_URL: `sqlite:${folder}/store.db` }));
  registersClients(shell);

  it('refuses a SECRET that is not that of the store, before anything is written', async () => {
    await shell.json('clients', 'add', '--name', 'Nightly', '--type', 'machine');
    const env = { STORE_URL: `sqlite:${shell.folder('store.db')}`, SECRET: 'another-secret-another-secret-another-s' };
    const { code, out, err } = await startCommand(['clients', 'list'], shell.folder(), env).ended;
    expect({ code, out }).to.deep.equal({ code: 1, out: '' });
    expect(err).to.include('SECRET that is not listed');
  }).timeout(60_000);

  it('says that production has no SECRET, as a start would', async () => {
    const env = { NODE_ENV: 'production', STORE_URL: `sqlite:${shell.folder('store.db')}` };
    const { code, err } = await startCommand(['clients', 'list'], shell.folder(), env).ended;
    expect({ code, err }).to.deep.include({ code: 78 });
    expect(err).to.include('SECRET is not set');
  });

  it('follows nothing where nothing can happen', async () => {
    const { code, err } = await shell.run('events', 'tail', '--follow');
    expect(code).to.equal(2);
    expect(err).to.include('no server is running');
  });

  it('tells where what was refused stands, by field, and ends with 2', async () => {
    const { code, out, err } = await shell.run(
      'clients',
      'add',
      '--name',
      'Shop',
      '--redirect-uri',
      'http://shop.example.org',
    );
    expect({ code, out }).to.deep.equal({ code: 2, out: '' });
    expect(err).to.include('  - redirectUris.0: "http://shop.example.org" uses http');
    expect(err).to.include('countersign clients add --help');
  });

  it('does nothing that cannot be undone where nobody can be asked', async () => {
    const { code, err } = await shell.run('clients', 'remove', 'shop');
    expect(code).to.equal(2);
    expect(err).to.include('--yes');
  });
});

describeWithMongo('command line: administration on MongoDB', (server) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(server());
  });
  afterEach(() => database.drop());
  registersClients(useShell(() => ({ STORE_URL: database.url })));
  administers(useShell(() => ({ STORE_URL: database.url }), { processes: false }));
});

/** What a terminal acts on, but line feeds. */
const ACTIVE = /(?!\n)[\p{Cc}\p{Cf}]/u;

/** A server whose file no other process can open. */
function useHeldStore(env: Readonly<Record<string, string>> = {}): () => TestServer {
  let server: TestServer | undefined;
  beforeEach(async () => {
    server = await startServer({ env: { SECRET: SHARED_SECRET, ...env } });
  });
  afterEach(() => server?.close());
  return () => {
    if (server === undefined) throw new Error('the server is not running');
    return server;
  };
}

describe('command line: administration of the server that holds the store', function () {
  this.timeout(60_000);
  const server = useHeldStore();
  const shell = useShell(() => ({
    PORT: new URL(server().listening).port,
    STORE_URL: server().config.store.url,
  }));
  before(function () {
    // A server on MongoDB holds nothing: everybody opens the store beside it.
    if (process.env.STORE === 'mongo') this.skip();
  });
  registersClients(shell);

  it('is in the audit trail by the user, over the server', async () => {
    await shell.json('organizations', 'add', 'Analytical Engines');
    const { items } = await shell.json<{ items: { actor: string; network: string }[] }>(
      'events',
      'list',
      '--limit',
      '1',
    );
    expect(items[0]?.actor).to.match(/^cli:\w/);
    expect(items[0]?.network).to.equal('127.0.0.1');
  });

  it('says which way was tried when SECRET is another one, or nobody answers', async () => {
    const { listening, config } = server();
    const port = new URL(listening).port;
    const run = (env: Record<string, string>) =>
      startCommand(['clients', 'list'], shell.folder(), { DEMO: 'false', STORE_URL: config.store.url, ...env }).ended;
    const wrong = await run({ PORT: port, SECRET: 'another-secret-another-secret-another-s' });
    expect(wrong.code).to.equal(1);
    expect(wrong.err).to.include('No valid key').and.include('by an operator token made of SECRET');
    const nobody = await run({ PORT: '1', SECRET: SHARED_SECRET });
    expect(nobody.code).to.equal(1);
    expect(nobody.err).to.include('cannot reach the server at http://127.0.0.1:1').and.include('ECONNREFUSED');
  });

  it('follows what happens', async () => {
    const env = { SECRET: SHARED_SECRET, PORT: new URL(server().listening).port, STORE_URL: server().config.store.url };
    const { child, ended } = startCommand(
      ['events', 'tail', '--follow', '--lines', '1', '--json'],
      shell.folder(),
      env,
    );
    const heard = new Promise<void>((resolve) => {
      let said = '';
      child.stdout?.on('data', (chunk) => {
        said += String(chunk);
        if (said.includes('organization.created')) resolve();
      });
    });
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    await shell.json('organizations', 'add', 'Analytical Engines');
    await heard;
    child.kill('SIGINT');
    const lines = (await ended).out.trim().split('\n');
    const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id);
    expect(new Set(ids).size).to.equal(ids.length);
  });
});

describe('command line: administration of a server elsewhere, by a key', function () {
  this.timeout(60_000);
  const server = useHeldStore(withAdmin);
  const shell = useShell(() => ({ ADMIN_URL: server().listening, ADMIN_API_KEY: ADMIN_KEY, PORT: 'no port at all' }));
  registersClients(shell);

  it('needs a key, and says what was tried', async () => {
    const run = (args: string[], env: Record<string, string> = {}) =>
      startCommand(['clients', 'list', ...args], shell.folder(), env).ended;
    const none = await run(['--url', server().listening]);
    expect(none.code).to.equal(2);
    expect(none.err).to.include('a server elsewhere needs a key');
    const wrong = await run([], { ADMIN_URL: server().listening, ADMIN_API_KEY: 'n0.suchKey' });
    expect(wrong.code).to.equal(1);
    expect(wrong.err).to.include('No valid key').and.include('by a key of the Admin API').and.not.include('suchKey');
    const elsewhere = await run(['--url', `${server().listening}/nowhere`], { ADMIN_API_KEY: ADMIN_KEY });
    expect(elsewhere.code).to.equal(1);
  });
});
