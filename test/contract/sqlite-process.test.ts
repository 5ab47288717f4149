import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { openDatabase } from '../../src/adapters/store-sqlite/database.ts';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import { rejectionOf } from '../support/rejection.ts';
import { type ScratchFile, scratchFile } from './scratch-file.ts';
import { type StoreProcess, startStoreProcess } from './store-process.ts';

describe('SQLite store: processes', function () {
  this.timeout(15_000);
  let file: ScratchFile;
  let running: StoreProcess[] = [];

  const start = (): StoreProcess => {
    const started = startStoreProcess(file.path);
    running.push(started);
    return started;
  };
  const ask = async (holder: StoreProcess, line: string): Promise<string | null> => {
    holder.tell(line);
    return holder.nextLine();
  };
  /** Ids of the events in the file, opened by this process. */
  const storedIds = async (): Promise<Set<string>> => {
    const store = await openSqliteStore({ path: file.path });
    const events = await store.events.list({}, 1_000_000);
    await store.close();
    return new Set(events.map(({ id }) => id));
  };

  beforeEach(() => {
    file = scratchFile();
  });
  afterEach(async () => {
    await Promise.all(running.map((one) => one.kill()));
    running = [];
    file.remove();
  });

  it('refuses a second process on the same file at once, with a message that says why (R-87)', async () => {
    const holder = start();
    expect(await holder.nextLine()).to.equal('open');
    const second = start();
    const [, milliseconds, message] = /^refused (\d+) (.*)$/.exec((await second.nextLine()) ?? '') ?? [];
    expect(message).to.contain('in use by another process').and.to.contain(file.path);
    expect(Number(milliseconds)).to.be.below(2000);
    expect(await second.ended()).to.equal(1);
    expect(await ask(holder, 'append after')).to.equal('stored after');
  });

  it('refuses a second opening inside one process too, and leaves the first at work', async () => {
    const store = await openSqliteStore({ path: file.path });
    const error = await rejectionOf(openSqliteStore({ path: file.path }));
    expect(error.message).to.contain('in use by another process');
    await store.ping();
    // POSIX takes a process's locks on a file away when it closes any descriptor of it; the failed opening must not.
    const other = start();
    expect(await other.nextLine()).to.match(/^refused/);
    await store.close();
  });

  it('keeps every process out while it is open, though it only reads, and lets the next in after', async () => {
    await (await openSqliteStore({ path: file.path })).close();
    const store = await openSqliteStore({ path: file.path });
    await store.clients.list(null, 1);
    const refused = start();
    expect(await refused.nextLine()).to.match(/^refused/);
    await refused.ended();
    await store.close();
    expect(await start().nextLine()).to.equal('open');
  });

  it('gives the file free when its process is killed', async () => {
    const holder = start();
    expect(await holder.nextLine()).to.equal('open');
    expect(await ask(holder, 'append before')).to.equal('stored before');
    await holder.kill();
    const next = start();
    expect(await next.nextLine()).to.equal('open');
    expect(await ask(next, 'append after')).to.equal('stored after');
    await next.kill();
    expect([...(await storedIds())]).to.have.members(['before', 'after']);
  });

  it('has everything it acknowledged after a kill -9 in the middle of writing (R-75)', async () => {
    for (const round of [1, 2, 3]) {
      const holder = start();
      expect(await holder.nextLine(), `round ${round}`).to.equal('open');
      holder.tell('flood');
      const acknowledged = new Set<string>();
      while (acknowledged.size < 200 * round) acknowledged.add((await holder.nextLine()) ?? '');
      await holder.kill();
      for (let line = await holder.nextLine(); line !== null; line = await holder.nextLine()) acknowledged.add(line);
      const found = await storedIds();
      const lost = [...acknowledged].filter((line) => !found.has(line.replace(/^stored /, '')));
      expect(lost, `round ${round}`).to.deep.equal([]);
      file.remove();
    }
  });

  it('answers store_unavailable while the disk is full, and recovers by itself (R-79, R-87)', async function () {
    const holder = start();
    expect(await holder.nextLine()).to.equal('open');
    expect(await ask(holder, 'append before')).to.equal('stored before');
    if (!limitFileSize(holder.pid, '0')) this.skip();
    for (const id of ['full-1', 'full-2']) {
      expect(await ask(holder, `append ${id}`)).to.equal(`failed ${id} store_unavailable`);
    }
    expect(await ask(holder, 'ping')).to.equal('failed ping store_unavailable');
    limitFileSize(holder.pid, 'unlimited');
    expect(await ask(holder, 'ping')).to.equal('healthy');
    expect(await ask(holder, 'append after')).to.equal('stored after');
    await holder.kill();
    expect([...(await storedIds())]).to.have.members(['before', 'after']);
    const database = openDatabase({ path: file.path });
    expect(database.prepare('PRAGMA integrity_check').all({})).to.deep.equal([{ integrity_check: 'ok' }]);
    database.close();
  });
});

/**
 * Makes every write of a process that would lengthen a file beyond `bytes` fail, as on a full disk (setrlimit(2)).
 * @returns false where the machine has no `prlimit`
 */
function limitFileSize(pid: number, bytes: string): boolean {
  return spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]).status === 0;
}
