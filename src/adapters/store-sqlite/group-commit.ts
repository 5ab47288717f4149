import type { Database, Statement } from 'better-sqlite3';
import type { Log } from '../../ports/log.ts';
import { isWorldFailure, resultCode, storeUnavailable } from './unavailable.ts';

/** Writes that wait together share one transaction, hence one fsync. */
export interface GroupCommit {
  /**
   * Runs `change` in the next shared transaction and answers once that is on disk.
   * @param change synchronous and deterministic: it runs again, from the same state, when a neighbour in its batch throws
   * @throws Problem `store_unavailable` when the disk failed; otherwise what `change` threw. Then nothing was written.
   */
  write<T>(change: () => T): Promise<T>;
  /** Commits at once what is waiting. */
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

/** @param connection nobody else begins transactions on it */
export function createGroupCommit(connection: Database, log?: Log): GroupCommit {
  const control = prepareControl(connection);
  const health = createHealth(log);
  let waiting: Waiting[] = [];

  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    for (const answer of answersOf(batch)) answer();
  };

  const answersOf = (batch: readonly Waiting[]): Answer[] => {
    try {
      const answers = commitBatch(connection, control, batch);
      health.succeeded();
      return answers;
    } catch (error) {
      const problem = storeUnavailable(error);
      health.failed(error);
      return batch.map((entry) => () => entry.refuse(problem));
    }
  };

  const write = <T>(change: () => T): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      // setImmediate: everything that this turn of the event loop still brings comes along.
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({
        apply: () => {
          const value = change();
          return () => resolve(value);
        },
        refuse: reject,
      });
    });

  return { write, flush };
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

/** Logs the first failure of a row of failures, and its end: a full disk must not fill the log too. */
function createHealth(log: Log | undefined): { succeeded(): void; failed(error: unknown): void } {
  let failing = false;
  return {
    succeeded: () => {
      if (failing) log?.info({}, 'the store accepts writes again');
      failing = false;
    },
    failed: (error) => {
      if (!failing) log?.error({ result: resultCode(error) }, 'the store refuses writes');
      failing = true;
    },
  };
}
