// Lets one process at a time change node_modules. Plain JavaScript for Node 20: see prepare.mjs.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A holder that lives touches its lock every `beat` milliseconds; one that has not for `stale` is gone. */
const TIMING = { beat: 2000, stale: 30_000, poll: 250, patience: 15 * 60_000 };

const isTaken = (error) => error instanceof Error && 'code' in error && error.code === 'EEXIST';

function ownerOf(lock) {
  try {
    return readFileSync(join(lock, 'owner'), 'utf8');
  } catch {
    // Between the making of the directory and of the file in it; or it was just given up.
    return '';
  }
}

function isAlive(owner) {
  const [host, pid] = owner.split(' ');
  if (host !== hostname() || !/^\d+$/.test(pid ?? '')) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isStale(lock, owner, timing) {
  try {
    return !isAlive(owner) || Date.now() - statSync(lock).mtimeMs > timing.stale;
  } catch {
    return false;
  }
}

/** Renaming succeeds for one process only. Should it have caught a lock that is newer than the one looked at, it goes back. */
function clear(lock, owner) {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (ownerOf(aside) === owner) rmSync(aside, { recursive: true });
    else renameSync(aside, lock);
  } catch {
    // Somebody else was faster.
  }
}

async function acquire(lock, me, timing, onWait) {
  const deadline = Date.now() + timing.patience;
  for (let waits = 0; ; waits += 1) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'owner'), me);
      return;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
    const owner = ownerOf(lock);
    if (isStale(lock, owner, timing)) {
      clear(lock, owner);
      continue;
    }
    if (Date.now() > deadline) throw new Error(`Another process has been installing for too long; remove ${lock}`);
    if (waits === 0) onWait();
    await delay(timing.poll);
  }
}

/**
 * Runs `work` while no other process of this checkout does.
 *
 * @param {string} lock directory that stands for the lock
 * @param {() => Promise<T>} work
 * @param {{ onWait?: () => void, timing?: Partial<typeof TIMING> }} options
 * @returns {Promise<T>} what `work` resolves with
 * @template T
 */
export async function withLock(lock, work, { onWait = () => {}, timing = {} } = {}) {
  const times = { ...TIMING, ...timing };
  await acquire(lock, `${hostname()} ${process.pid}`, times, onWait);
  const beat = setInterval(() => {
    const now = new Date();
    utimesSync(lock, now, now);
  }, times.beat);
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.removeListener('exit', release);
    release();
  }
}
