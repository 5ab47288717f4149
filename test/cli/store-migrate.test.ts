import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { storeKind } from '../../src/adapters/open-store.ts';
import { openDatabase } from '../../src/adapters/store-sqlite/database.ts';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { clientOf, keyOf } from '../support/factories.ts';
import { command, startCommand, useFolder } from './command-line.ts';

describe('command line: store migrate', () => {
  const folder = useFolder();
  const migrate = (...options: string[]) =>
    startCommand(['store', 'migrate', ...options], folder(), { STORE_URL: 'sqlite:countersign.db' }).ended;

  it('makes a store that is not there', async () => {
    const { schema } = await storeKind('sqlite:');
    const { code, out } = await migrate();
    expect(code).to.equal(0);
    expect(out).to.equal(
      `sqlite:countersign.db is ready: SQLite, schema ${schema}, with 0 signing keys and 0 clients.\n`,
    );
    const database = openDatabase({ path: folder('countersign.db') });
    expect(database.prepare('PRAGMA user_version').get({})).to.deep.equal({ user_version: schema });
    database.close();
  });

  it('says what is in it', async () => {
    const store = await openSqliteStore({ path: folder('countersign.db') });
    await store.keys.create(keyOf());
    for (let number = 0; number < 3; number += 1) await store.clients.create(clientOf());
    await store.close();
    const { code, out } = await migrate('--json');
    expect(code).to.equal(0);
    expect(JSON.parse(out)).to.deep.include({ technology: 'SQLite', keys: 1, clients: 3 });
  });

  it('ends with 1 when a server has it open', async () => {
    const store = await openSqliteStore({ path: folder('countersign.db') });
    const { code, err } = await migrate();
    await store.close();
    expect(code).to.equal(1);
    expect(err)
      .to.include('in use by another process')
      .and.not.match(/\n\s+at /);
  });

  it('ends with 1 and leaves a store alone that a newer program has written', async () => {
    const database = openDatabase({ path: folder('countersign.db') });
    database.prepare('PRAGMA user_version = 999').run({});
    database.close();
    const { code, err } = await migrate();
    expect(code).to.equal(1);
    expect(err).to.include('newer version');
  });

  it('ends with 1 for a scheme that nothing knows, without the rest of the URL', async () => {
    const env = { STORE_URL: 'postgres://app:hunter2@db.example.org/login' };
    const { code, err } = await startCommand(['store', 'migrate'], folder(), env).ended;
    expect(code).to.equal(1);
    expect(err).to.include('postgres:').and.not.include('hunter2').and.not.include('db.example.org');
  });
});

describe('command line: the stores to copy between', () => {
  const folder = useFolder();
  const copy = (...options: string[]) => command(['store', 'copy', ...options]);

  it('are two', async () => {
    expect(await copy('--from', 'sqlite:a.db', '--to', 'sqlite:a.db')).to.deep.include({ code: 2 });
    expect((await copy('--from', 'sqlite:a.db')).err).to.include('--to is missing');
    expect((await copy('--from', '', '--to', 'sqlite:b.db')).err).to.include('--from is missing');
  });

  it('may be named in files, so that no password is in the list of processes', async () => {
    writeFileSync(folder('url'), `sqlite:${folder('nothing.db')}\n`);
    const { code, err } = await copy('--from-file', folder('url'), '--to', `sqlite:${folder('target.db')}`);
    expect(code).to.equal(1);
    expect(err).to.include('nothing.db does not exist');
  });

  it('are named once', async () => {
    writeFileSync(folder('url'), 'sqlite:b.db');
    const both = await copy('--from', 'sqlite:a.db', '--to', 'sqlite:b.db', '--to-file', folder('url'));
    expect(both).to.deep.include({ code: 2 });
    const missing = await copy('--from', 'sqlite:a.db', '--to-file', folder('no-such-file'));
    expect(missing.code).to.equal(2);
    expect(missing.err).to.include('ENOENT');
  });
});
