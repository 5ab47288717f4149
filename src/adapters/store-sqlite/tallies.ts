import type { Dimension, Tally } from '../../domain/tally.ts';
import type { EventStore, Sum } from '../../ports/store/events.ts';
import type { SqliteDatabase } from './database.ts';

interface Days {
  readonly dimension: Dimension;
  readonly from: number;
  readonly until: number;
}

/** What was counted, by day. @returns also `add`, which has to run inside a write */
export function createTallies(
  database: SqliteDatabase,
): Pick<EventStore, 'tallies' | 'sums' | 'trimTallies' | 'purgeTallies'> & { add(tallies: readonly Tally[]): void } {
  const add = database.prepare<Tally>(
    `INSERT INTO tallies (day, metric, dimension, value, count) VALUES (@day, @metric, @dimension, @value, @count)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  );
  const list = database.prepare<Days, Tally>(
    'SELECT * FROM tallies WHERE dimension = @dimension AND day >= @from AND day < @until',
  );
  const sums = database.prepare<Days & { limit: number }, Sum>(
    `SELECT metric, value, SUM(count) AS count FROM tallies WHERE dimension = @dimension AND day >= @from AND day < @until
     GROUP BY metric, value ORDER BY count DESC, metric, value LIMIT @limit`,
  );
  const trim = database.prepare<{ dimension: Dimension; day: number; keep: number }>(
    `DELETE FROM tallies WHERE dimension = @dimension AND day = @day AND (metric, value) NOT IN (
       SELECT metric, value FROM tallies WHERE dimension = @dimension AND day = @day
       ORDER BY count DESC, metric, value LIMIT @keep)`,
  );
  const purge = database.prepare<{ day: number; limit: number }>(
    `DELETE FROM tallies WHERE (dimension, day, metric, value) IN (
       SELECT dimension, day, metric, value FROM tallies
       WHERE dimension IN ('all', 'channel', 'country', 'client') AND day < @day LIMIT @limit)`,
  );
  return {
    add: (tallies) => {
      for (const tally of tallies) add.run(tally);
    },
    tallies: (dimension, from, until) => database.read(() => list.all({ dimension, from, until })),
    sums: (dimension, from, until, limit) => database.read(() => sums.all({ dimension, from, until, limit })),
    trimTallies: (dimension, day, keep) => database.write(() => trim.run({ dimension, day, keep }).changes),
    purgeTallies: (day, limit) => database.write(() => purge.run({ day, limit }).changes),
  };
}
