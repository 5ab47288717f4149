import type { Database, Statement } from 'better-sqlite3';
import type { Log } from '../../ports/log.ts';
import type { Disk } from './disk.ts';
import { isWorldFailure, resultCode, storeUnavailable } from './unavailable.ts';

/** Writes that wait together share one transaction, hence one wait for the disk. */
export interface GroupCommit {
  /**
   * Runs `change` in the next shared transaction and answers once that is on disk.
   * @param change synchronous and deterministic: it runs again, from the same state, when a neighbour in its batch throws
   * @throws Problem `store_unavailable` when the disk failed; otherwise what `change` threw. Then nothing was written.
   */
  write<T>(change: () => T): Promise<T>;
  /** Resolves when what is committed is on disk: nobody may be told of anything a power cut could still take back. */
  settled(): Promise<void> | null;
  /** Commits what is waiting and brings it to disk, at once. */
  flush(): void;
}

interface Waiting {
  /** Makes the change and returns how to tell the caller. */
  apply(): () => void;
  refuse(reason: unknown): void;
}

/** Tells one caller how it went; called after the transaction has ended. */
type Answer = () => void;

type Control = Readonly<
  Record<'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'undo', Statement<unknown[]>>
>;

/**
 * @param connection nobody else begins transactions on it
 * @param disk under the connection's log
 */
export function createGroupCommit(connection: Database, disk: Disk, log?: Log): GroupCommit {
  const batches = createBatches(connection, disk, createHealth(log));
  let waiting: Waiting[] = [];
  let syncing: Promise<void> | null = null;

  const round = (): void => {
    if (syncing !== null || waiting.length === 0) return;
    const told = batches.commit(taken());
    syncing = told?.then(ended) ?? null;
  };

  const ended = (): void => {
    syncing = null;
    // After the readers who waited with the writers, so that they see nothing newer than what is on disk.
    if (waiting.length > 0) setImmediate(round);
  };

  const taken = (): Waiting[] => {
    const batch = waiting;
    waiting = [];
    return batch;
  };

  return {
    settled: () => syncing,
    write: <T>(change: () => T): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        // setImmediate: everything that this turn of the event loop still brings comes along.
        if (waiting.length === 0 && syncing === null) setImmediate(round);
        waiting.push(waitingFor(change, resolve, reject));
      }),
    flush: () => batches.commitNow(taken()),
  };
}

/** One batch on its way: into the log, onto the disk, and back to those who wait for it. */
function createBatches(connection: Database, disk: Disk, health: Health) {
  const control = prepareControl(connection);

  /** @returns how to answer the writers once the batch is on disk; null when they were refused */
  const write = (batch: readonly Waiting[]): Answer[] | null => {
    try {
      health.check();
      return commitBatch(connection, control, batch);
    } catch (error) {
      health.failed(error);
      refuseAll(batch, error);
      return null;
    }
  };

  const onDisk = async (batch: readonly Waiting[], answers: readonly Answer[]): Promise<void> => {
    try {
      await disk.sync();
      health.succeeded();
      for (const answer of answers) answer();
    } catch (error) {
      health.lost(error);
      refuseAll(batch, error);
    }
  };

  return {
    /** Resolves when the writers were answered; null when that has happened already, because the batch failed. */
    commit(batch: readonly Waiting[]): Promise<void> | null {
      const answers = write(batch);
      return answers === null ? null : onDisk(batch, answers);
    },
    commitNow(batch: readonly Waiting[]): void {
      const answers = batch.length === 0 ? null : write(batch);
      if (answers === null) return;
      disk.syncNow();
      for (const answer of answers) answer();
    },
  };
}

const waitingFor = <T>(change: () => T, resolve: (value: T) => void, reject: (reason: unknown) => void): Waiting => ({
  apply: () => {
    const value = change();
    return () => resolve(value);
  },
  refuse: reject,
});

function refuseAll(batch: readonly Waiting[], cause: unknown): void {
  const problem = storeUnavailable(cause);
  for (const entry of batch) entry.refuse(problem);
}

/**
 * Tries the batch without savepoints, which is what nearly always succeeds; when a change throws, the whole batch is
 * undone and run once more with a savepoint around each change, so that only the thrower is refused.
 *
 * @throws whatever made the whole transaction fail; it is rolled back by then
 */
function commitBatch(connection: Database, control: Control, batch: readonly Waiting[]): Answer[] {
  try {
    return inTransaction(connection, control, () => batch.map((entry) => entry.apply()));
  } catch (error) {
    if (!(error instanceof ChangeFailed)) throw error;
  }
  return inTransaction(connection, control, () => batch.map((entry) => applyAlone(control, entry)));
}

/** A change threw, and the world is not to blame: the others of its batch need not suffer. */
class ChangeFailed extends Error {}

function inTransaction(connection: Database, control: Control, changes: () => Answer[]): Answer[] {
  try {
    // Left open only when an earlier rollback failed too, on a disk that has come back since.
    if (connection.open && connection.inTransaction) control.rollback.run();
    control.begin.run();
    const answers = attempt(changes);
    control.commit.run();
    return answers;
  } catch (error) {
    // SQLite has rolled back by itself after some errors (https://www.sqlite.org/lang_transaction.html §3.1).
    if (connection.open && connection.inTransaction) control.rollback.run();
    throw error;
  }
}

function attempt(changes: () => Answer[]): Answer[] {
  try {
    return changes();
  } catch (error) {
    if (isWorldFailure(error)) throw error;
    throw new ChangeFailed('a change of the batch threw', { cause: error });
  }
}

function applyAlone(control: Control, entry: Waiting): Answer {
  control.savepoint.run();
  try {
    const answer = entry.apply();
    control.release.run();
    return answer;
  } catch (error) {
    if (isWorldFailure(error)) throw error;
    control.undo.run();
    control.release.run();
    return () => entry.refuse(error);
  }
}

const prepareControl = (connection: Database): Control => ({
  begin: connection.prepare('BEGIN IMMEDIATE'),
  commit: connection.prepare('COMMIT'),
  rollback: connection.prepare('ROLLBACK'),
  savepoint: connection.prepare('SAVEPOINT change'),
  release: connection.prepare('RELEASE change'),
  undo: connection.prepare('ROLLBACK TO change'),
});

interface Health {
  /** @throws the error by which the log was lost */
  check(): void;
  succeeded(): void;
  failed(error: unknown): void;
  lost(error: unknown): void;
}

/**
 * Logs the first failure of a row of failures, and its end: a full disk must not fill the log too. A disk that could not
 * take what was written before may have dropped it, and says so only once: from then on nothing is accepted until the
 * server is started anew and has read what is really there.
 */
function createHealth(log: Log | undefined): Health {
  let failing = false;
  let loss: unknown = null;
  return {
    check: () => {
      if (loss !== null) throw loss;
    },
    succeeded: () => {
      if (failing && loss === null) log?.info({}, 'the store accepts writes again');
      failing = loss !== null;
    },
    failed: (error) => {
      if (!failing) log?.error({ result: resultCode(error) }, 'the store refuses writes');
      failing = true;
    },
    lost: (error) => {
      if (loss === null) log?.error({ err: error }, 'the disk lost writes of the store: start the server anew');
      failing = true;
      loss = error;
    },
  };
}
