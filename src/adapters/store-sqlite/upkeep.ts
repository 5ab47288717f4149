import type { Store } from '../../ports/store.ts';
import type { SqliteDatabase } from './database.ts';

/** A message that nobody settled is kept this long after its end, so that an operator can see what never went out. */
const UNSETTLED_KEPT_MS = 86_400_000;

/** What belongs to no table of its own: the health check and the collection of garbage. */
export function createUpkeep(database: SqliteDatabase): Pick<Store, 'ping' | 'purge'> {
  const beat = database.prepare<object>('UPDATE heartbeat SET beats = beats + 1 WHERE id = 1');
  const collectors = prepareCollectors(database);
  return {
    ping: () => database.write(() => void beat.run({})),
    purge: (now, limit) =>
      database.write(() => {
        const bounds = { now, limit, abandoned: now - UNSETTLED_KEPT_MS };
        return collectors.reduce((gone, collector) => gone + collector.run(bounds).changes, 0);
      }),
  };
}

const prepareCollectors = (database: SqliteDatabase) =>
  [
    `DELETE FROM artifacts WHERE seq IN (
       SELECT seq FROM artifacts WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)`,
    `DELETE FROM challenges WHERE seq IN (
       SELECT seq FROM challenges WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit)`,
    `DELETE FROM outbox WHERE seq IN (
       SELECT seq FROM outbox WHERE not_after <= @now AND (due_at IS NULL OR not_after <= @abandoned)
       ORDER BY not_after LIMIT @limit)`,
    `DELETE FROM budgets WHERE key IN (
       SELECT key FROM budgets WHERE ends_at <= @now ORDER BY ends_at LIMIT @limit)`,
  ].map((source) => database.prepare<{ now: number; limit: number; abandoned: number }>(source));
