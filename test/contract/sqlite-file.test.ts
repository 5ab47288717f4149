import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { openDatabase } from '../../src/adapters/store-sqlite/database.ts';
import { migrations } from '../../src/adapters/store-sqlite/migrations/list.ts';
import { createSqliteStore, openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { challengeOf, clientOf, messageOf, START, spendFrom } from '../support/factories.ts';
import { rejectionOf } from '../support/rejection.ts';
import { type ScratchFile, scratchFile } from './scratch-file.ts';

describe('SQLite store: the file', () => {
  let file: ScratchFile;
  beforeEach(() => {
    file = scratchFile();
  });
  afterEach(() => file.remove());

  const setVersion = (version: number): void => {
    const database = openDatabase({ path: file.path });
    database.prepare(`PRAGMA user_version = ${version}`).run({});
    database.close();
  };
  const permissionsOf = (path: string): number => statSync(path).mode & 0o777;

  it('makes the file and its folder, for this user only, whatever the umask', async () => {
    const path = join(dirname(file.path), 'made', 'countersign.db');
    const umask = process.umask(0);
    const store = await openSqliteStore({ path });
    process.umask(umask);
    await store.ping();
    expect(permissionsOf(path)).to.equal(0o600);
    expect(permissionsOf(`${path}-wal`)).to.equal(0o600);
    expect(permissionsOf(dirname(path))).to.equal(0o700);
    await store.close();
  });

  it('finds after reopening what was written before', async () => {
    const [first, client] = [await openSqliteStore({ path: file.path }), clientOf()];
    await first.clients.create(client);
    await first.close();
    const second = await openSqliteStore({ path: file.path });
    expect(await second.clients.find(client.id)).to.deep.equal(client);
    await second.close();
  });

  it('keeps a write-ahead log that checkpoints sync, and the file for itself (for the commits see sqlite-disk)', () => {
    const database = openDatabase({ path: file.path });
    const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get({}) ?? {});
    expect(pragma('journal_mode')).to.deep.equal(['wal']);
    expect(pragma('synchronous')).to.deep.equal([1]);
    expect(pragma('foreign_keys')).to.deep.equal([1]);
    expect(pragma('locking_mode')).to.deep.equal(['exclusive']);
    expect(pragma('user_version')).to.deep.equal([migrations.length]);
    database.close();
  });

  it('refuses a file from a newer version and does not touch it (R-85)', async () => {
    setVersion(migrations.length + 1);
    const error = await rejectionOf(openSqliteStore({ path: file.path }));
    expect(error.message)
      .to.contain('newer version')
      .and.to.contain(`schema ${migrations.length + 1}`);
    const again = await rejectionOf(openSqliteStore({ path: file.path }));
    expect(again.message).to.equal(error.message);
  });

  it('refuses what is no database, and says which file', async () => {
    writeFileSync(file.path, 'something else entirely, and long enough to be looked at as a header'.repeat(20));
    const error = await rejectionOf(openSqliteStore({ path: file.path }));
    expect(error.message).to.contain(file.path).and.to.contain('SQLITE_NOTADB');
  });

  it('answers store_unavailable after close, which may come twice', async () => {
    const store = await openSqliteStore({ path: file.path });
    await store.close();
    await store.close();
    expect(await rejectionOf(store.ping())).to.have.property('code', 'store_unavailable');
    expect(await rejectionOf(store.clients.find('any'))).to.have.property('code', 'store_unavailable');
  });

  it('writes on close what was still waiting', async () => {
    const store = await openSqliteStore({ path: file.path });
    const client = clientOf();
    const waiting = store.clients.create(client);
    await store.close();
    expect(await waiting).to.equal(true);
    const reopened = await openSqliteStore({ path: file.path });
    expect(await reopened.clients.find(client.id)).to.deep.equal(client);
    await reopened.close();
  });
});

describe('SQLite store: statements', () => {
  let file: ScratchFile;
  beforeEach(() => {
    file = scratchFile();
  });
  afterEach(() => file.remove());

  /** Reads a whole table by definition: a handful of signing keys. */
  const WHOLE_TABLE = /FROM signing_keys ORDER BY/;

  it('are all served by an index', () => {
    const database = openDatabase({ path: file.path });
    createSqliteStore(database);
    const plans = database.plans();
    const scanning = plans.filter(({ steps }) => steps.some((step) => step.startsWith('SCAN')));
    expect(plans.length).to.be.above(30);
    expect(scanning.map(({ source }) => source).filter((source) => !WHOLE_TABLE.test(source))).to.deep.equal([]);
    database.close();
  });

  it('would be told from a scan', () => {
    const database = openDatabase({ path: file.path });
    database.prepare('SELECT id FROM challenges WHERE nonce = @nonce');
    expect(database.plans().flatMap(({ steps }) => steps)).to.deep.equal(['SCAN challenges']);
    database.close();
  });

  it('spend all budgets of a list or none', async () => {
    const store = await openSqliteStore({ path: file.path });
    const [untouched, spent] = [spendFrom(1), spendFrom(1)];
    await store.budgets.spend([spent], START);
    expect(await store.budgets.spend([untouched, spent], START)).to.have.property('key', spent.key);
    const challenge = challengeOf();
    await store.challenges.open(challenge, messageOf(challenge), 1, [untouched, spent]);
    expect(await store.budgets.spend([untouched], START)).to.equal(null);
    const twice = spendFrom(2);
    expect(await store.budgets.spend([twice, twice, twice], START)).to.have.property('key', twice.key);
    expect(await store.budgets.spend([twice, twice], START)).to.equal(null);
    await store.close();
  });
});
