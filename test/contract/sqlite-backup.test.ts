import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import type { Store } from '../../src/ports/store.ts';
import { artifactOf, challengeOf, DAY, eventOf, messageOf, START } from '../support/factories.ts';
import { rejectionOf } from '../support/rejection.ts';
import { type ScratchFile, scratchFile } from './scratch-file.ts';

/** Enough that a copy takes many steps. */
const ROWS = 3_000;

describe('SQLite store: a backup while it is used (R-85)', function () {
  this.timeout(20_000);
  let file: ScratchFile;
  let copied: ScratchFile;
  let store: Store;
  beforeEach(async () => {
    [file, copied] = [scratchFile(), scratchFile()];
    store = await openSqliteStore({ path: file.path });
    const payload = 'x'.repeat(2_000);
    await Promise.all(
      Array.from({ length: ROWS }, () => store.artifacts.save(artifactOf({ payload, expiresAt: null }))),
    );
  });
  afterEach(async () => {
    await store.close();
    file.remove();
    copied.remove();
  });

  async function backUp(): Promise<void> {
    const { bytes, content } = await store.backup();
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    expect(whole.length).to.equal(bytes);
    writeFileSync(copied.path, whole);
  }

  it('is whole: everything that was acknowledged before, and each later change with all of its parts or none', async () => {
    const before = artifactOf({ expiresAt: null });
    await store.artifacts.save(before);
    let writing = true;
    const pairs: string[] = [];
    const writer = async (): Promise<void> => {
      while (writing) {
        const challenge = challengeOf();
        await store.challenges.open(challenge, messageOf(challenge), 1, []);
        pairs.push(challenge.id);
      }
    };
    const writers = Promise.all([writer(), writer(), writer()]);
    await backUp();
    writing = false;
    await writers;
    expect(pairs.length, 'there was a load').to.be.above(5);
    const copy = new Database(copied.path);
    expect(copy.pragma('integrity_check')).to.deep.equal([{ integrity_check: 'ok' }]);
    expect(copy.pragma('foreign_key_check')).to.deep.equal([]);
    const count = (source: string) => (copy.prepare(source).get() as { n: number }).n;
    const halves = 'SELECT count(*) AS n FROM challenges WHERE id NOT IN (SELECT challenge_id FROM outbox)';
    expect(count(halves)).to.equal(0);
    expect(count('SELECT count(*) AS n FROM outbox WHERE challenge_id NOT IN (SELECT id FROM challenges)')).to.equal(0);
    expect(count('SELECT count(*) AS n FROM artifacts')).to.equal(ROWS + 1);
    copy.close();
    const opened = await openSqliteStore({ path: copied.path });
    expect(await opened.artifacts.find(before.model, before.id, START + DAY)).to.deep.equal(before);
    await opened.events.append([eventOf()], []);
    await opened.close();
  });

  it('lets others have their turn between its steps', async () => {
    const backup = store.backup();
    let turns = 0;
    let done = false;
    void backup.finally(() => {
      done = true;
    });
    while (!done) {
      await turn();
      turns += 1;
    }
    expect(turns).to.be.above(10);
    for await (const _chunk of (await backup).content);
  });

  it('lies beside the store for nobody else to read, and is gone when it is handed over', async () => {
    const folder = dirname(file.path);
    const backup = store.backup();
    await turn();
    const copying = readdirSync(folder).filter((name) => name.endsWith('.copying'));
    expect(copying).to.have.length(1);
    for (const name of copying) expect(statSync(`${folder}/${name}`).mode & 0o777).to.equal(0o600);
    const { content } = await backup;
    expect(readdirSync(folder).filter((name) => name.includes('.copying'))).to.deep.equal([]);
    for await (const _chunk of content);
  });

  it('is made one at a time, and clears away what a dead one has left', async () => {
    writeFileSync(`${file.path}.copying`, 'half a copy');
    const [first, second] = await Promise.allSettled([store.backup(), store.backup()]);
    expect(first.status).to.equal('fulfilled');
    expect(second).to.have.nested.property('reason.code', 'too_many_requests');
    expect(existsSync(`${file.path}.copying`)).to.equal(false);
    if (first.status === 'fulfilled') for await (const _chunk of first.value.content);
    await backUp();
  });

  it('ends with the store, and leaves nothing behind', async () => {
    const refused = rejectionOf(store.backup());
    await turn();
    await store.close();
    expect(await refused).to.have.property('code', 'store_unavailable');
    expect(readdirSync(dirname(file.path)).filter((name) => name.includes('.copying'))).to.deep.equal([]);
    store = await openSqliteStore({ path: file.path });
  });
});
