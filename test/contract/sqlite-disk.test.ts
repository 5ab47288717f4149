import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { openDatabase } from '../../src/adapters/store-sqlite/database.ts';
import { type Disk, openLog } from '../../src/adapters/store-sqlite/disk.ts';
import { createSqliteStore, openSqliteStore } from '../../src/adapters/store-sqlite/store.ts';
import type { Store } from '../../src/ports/store.ts';
import { clientOf } from '../support/factories.ts';
import { rejectionOf } from '../support/rejection.ts';
import { parallel } from './parallel.ts';
import { type ScratchFile, scratchFile } from './scratch-file.ts';

/** A disk that is asked to sync and does not answer before it is let. */
interface HeldDisk {
  readonly open: (file: string) => Disk;
  /** Syncs asked for and not answered yet. */
  pending(): number;
  release(): void;
  fail(): void;
}

function heldDisk(): HeldDisk {
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  return {
    open: (file) => ({
      ...openLog(file),
      sync: () => new Promise((resolve, reject) => waiting.push({ resolve, reject })),
    }),
    pending: () => waiting.length,
    release: () => waiting.shift()?.resolve(),
    fail: () => waiting.shift()?.reject(new Error('EIO: i/o error, fdatasync')),
  };
}

/** Every turn of the loop that could bring an early answer. */
const turns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('SQLite store: the disk under it', () => {
  let file: ScratchFile;
  let store: Store;
  const openOn = (openDisk: (path: string) => Disk): Store =>
    createSqliteStore(openDatabase({ path: file.path, openDisk }));

  beforeEach(() => {
    file = scratchFile();
  });
  afterEach(async () => {
    await store.close();
    file.remove();
  });

  it('answers no write before it is on disk (R-75)', async () => {
    const disk = heldDisk();
    store = openOn(disk.open);
    let answered = false;
    const write = store.clients.create(clientOf()).then(() => {
      answered = true;
    });
    await turns();
    expect([disk.pending(), answered]).to.deep.equal([1, false]);
    disk.release();
    await write;
  });

  it('tells no reader what a power cut could still take back', async () => {
    const disk = heldDisk();
    store = openOn(disk.open);
    const client = clientOf();
    const write = store.clients.create(client);
    await turns();
    let told = false;
    const read = store.clients.find(client.id).then((found) => {
      told = true;
      return found;
    });
    await turns();
    expect(told).to.equal(false);
    disk.release();
    await write;
    expect(await read).to.deep.equal(client);
  });

  it('gathers what comes while the disk is busy for one more wait', async () => {
    const disk = heldDisk();
    store = openOn(disk.open);
    const first = store.clients.create(clientOf());
    await turns();
    const rest = parallel(() => store.clients.create(clientOf()));
    await turns();
    expect(disk.pending()).to.equal(1);
    disk.release();
    await first;
    await turns();
    expect(disk.pending()).to.equal(1);
    disk.release();
    await rest;
  });

  it('accepts nothing more after a disk has lost what it was given, until it is opened anew', async () => {
    const disk = heldDisk();
    store = openOn(disk.open);
    const write = rejectionOf(store.clients.create(clientOf()));
    await turns();
    disk.fail();
    expect(await write).to.include({ code: 'store_unavailable', status: 503 });
    expect(await rejectionOf(store.clients.create(clientOf()))).to.have.property('code', 'store_unavailable');
    expect(await rejectionOf(store.ping())).to.have.property('code', 'store_unavailable');
    await store.close();
    store = await openSqliteStore({ path: file.path });
    await store.ping();
  });

  it('has everything that was answered after a power cut at any moment', async () => {
    const images: string[] = [];
    const answered: { id: string; images: number }[] = [];
    store = openOn((path) => {
      const log = openLog(path);
      return { ...log, sync: () => log.sync().then(() => void images.push(imageOf(path, images.length))) };
    });
    for (let round = 0; round < 10; round += 1) {
      await parallel(async () => {
        const client = clientOf();
        await store.clients.create(client);
        answered.push({ id: client.id, images: images.length });
      }, 5);
    }
    expect(images.length).to.be.at.least(10);
    for (const [index, image] of images.entries()) {
      const survivor = await openSqliteStore({ path: image });
      for (const { id, images: taken } of answered) {
        if (taken <= index + 1) expect(await survivor.clients.find(id), `${id} in image ${index}`).to.not.equal(null);
      }
      await survivor.ping();
      await survivor.close();
    }
  });
});

/**
 * What the disk holds at this moment. SQLite's own descriptors are left alone: a copy opens the files anew and closes
 * them, which would free the lock of this process, but no other one asks for it here.
 */
function imageOf(path: string, index: number): string {
  const image = join(dirname(path), `image-${index}`, 'countersign.db');
  mkdirSync(dirname(image));
  for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) copyFileSync(path + suffix, image + suffix);
  return image;
}
