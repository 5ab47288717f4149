import { statSync } from 'node:fs';
import { expect } from 'chai';
import { openDatabase, type SqliteDatabase } from '../../src/adapters/store-sqlite/database.ts';
import type { Log } from '../../src/ports/log.ts';
import { rejectionOf } from '../support/rejection.ts';
import { parallel } from './parallel.ts';
import { type ScratchFile, scratchFile } from './scratch-file.ts';

describe('SQLite store: group commit', () => {
  let file: ScratchFile;
  let database: SqliteDatabase;
  let logged: string[];

  beforeEach(async () => {
    file = scratchFile();
    logged = [];
    database = openDatabase({ path: file.path, log: logInto(logged) });
    await execute('CREATE TABLE marks (name TEXT PRIMARY KEY) STRICT');
    // Checked when the transaction commits, so that a test can make a commit fail.
    await execute('CREATE TABLE debts (of TEXT REFERENCES marks (name) DEFERRABLE INITIALLY DEFERRED) STRICT');
  });
  afterEach(() => {
    database.close();
    file.remove();
  });

  const execute = (source: string): Promise<unknown> => {
    return database.write(() => database.prepare(source).run({}));
  };
  const mark = (name: string): Promise<string> => {
    const insert = database.prepare<{ name: string }>('INSERT INTO marks (name) VALUES (@name)');
    return database.write(() => {
      insert.run({ name });
      return name;
    });
  };
  const owe = (name: string): Promise<unknown> => execute(`INSERT INTO debts (of) VALUES ('${name}')`);
  const marks = async (): Promise<string[]> => {
    const rows = database.prepare<object, { name: string }>('SELECT name FROM marks ORDER BY name').all({});
    return rows.map(({ name }) => name);
  };
  const logSize = (): number => statSync(`${file.path}-wal`).size;

  it('lets writes that wait together share one transaction', async () => {
    const beat = database.prepare('UPDATE heartbeat SET beats = beats + 1 WHERE id = 1');
    const sizeOf = async (writes: () => Promise<unknown>): Promise<number> => {
      const before = logSize();
      await writes();
      return logSize() - before;
    };
    const one = await sizeOf(() => database.write(() => beat.run({})));
    const fifty = await sizeOf(() => parallel(() => database.write(() => beat.run({}))));
    expect(one).to.be.above(4096);
    expect(fifty).to.equal(one);
  });

  it('answers each writer with what its own change returned', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `mark-${index}`);
    expect(await parallel((index) => mark(names[index] ?? ''))).to.deep.equal(names);
  });

  it('shows nothing to readers before it is committed', async () => {
    const write = mark('waiting');
    expect(await marks()).to.deep.equal([]);
    await write;
    expect(await marks()).to.deep.equal(['waiting']);
  });

  it('refuses only the change that throws, and undoes all it did', async () => {
    const insert = database.prepare<{ name: string }>('INSERT INTO marks (name) VALUES (@name)');
    const thrower = database.write(() => {
      insert.run({ name: 'half' });
      throw new Error('on purpose');
    });
    const [before, failed, after] = await Promise.all([mark('before'), rejectionOf(thrower), mark('after')]);
    expect([before, failed.message, after]).to.deep.equal(['before', 'on purpose', 'after']);
    expect(await marks()).to.deep.equal(['after', 'before']);
    expect(logged).to.deep.equal([]);
  });

  it('refuses only the change that violates a constraint', async () => {
    await mark('taken');
    const [error, other] = await Promise.all([rejectionOf(mark('taken')), mark('other')]);
    expect(error).to.have.property('code', 'SQLITE_CONSTRAINT_PRIMARYKEY');
    expect(other).to.equal('other');
  });

  it('refuses all of a transaction whose commit fails, writes none of it, and goes on afterwards', async () => {
    const errors = await Promise.all([
      rejectionOf(mark('innocent')),
      rejectionOf(owe('nobody')),
      rejectionOf(mark('x')),
    ]);
    for (const error of errors) expect(error).to.have.property('code', 'store_unavailable');
    expect(await marks()).to.deep.equal([]);
    await mark('later');
    expect(await marks()).to.deep.equal(['later']);
  });

  it('refuses all while the disk is full, logs it once, and says when it is over', async () => {
    const pages = Object.values(database.prepare<object, object>('PRAGMA page_count').get({}) ?? {})[0];
    const fill = (): Promise<unknown> =>
      execute(`INSERT INTO marks (name) VALUES (hex(randomblob(${100_000 + logged.length})))`);
    database.prepare(`PRAGMA max_page_count = ${pages}`).get({});
    const errors = await Promise.all([rejectionOf(mark('innocent')), rejectionOf(fill())]);
    errors.push(await rejectionOf(fill()));
    for (const error of errors) expect(error).to.include({ code: 'store_unavailable', status: 503 });
    expect(errors[1]?.cause).to.have.property('code', 'SQLITE_FULL');
    expect(await marks()).to.deep.equal([]);
    database.prepare('PRAGMA max_page_count = 1000000').get({});
    await fill();
    expect(logged).to.deep.equal(['error: the store refuses writes', 'info: the store accepts writes again']);
  });
});

function logInto(lines: string[]): Log {
  const log: Log = {
    debug: (_fields, message) => void lines.push(`debug: ${message}`),
    info: (_fields, message) => void lines.push(`info: ${message}`),
    warn: (_fields, message) => void lines.push(`warn: ${message}`),
    error: (_fields, message) => void lines.push(`error: ${message}`),
    child: () => log,
  };
  return log;
}
