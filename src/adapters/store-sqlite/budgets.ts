import type { Spend } from '../../domain/budget.ts';
import type { BudgetRefusal, BudgetStore, BudgetWindow } from '../../ports/store/challenges.ts';
import type { SqliteDatabase } from './database.ts';

/** Budgets as steps of somebody's transaction: call these inside `write` only. */
export interface BudgetLedger {
  /** Spends one of each, or none. @returns the first that has nothing left */
  spend(spends: readonly Spend[], now: number): BudgetRefusal | null;
  /** Gives one back to each, never below zero. */
  refund(keys: readonly string[]): void;
  forget(keys: readonly string[]): void;
  /** Those that have not ended. */
  windows(keys: readonly string[], now: number): BudgetWindow[];
}

interface Window {
  readonly spent: number;
  readonly ends_at: number;
}

export function createBudgetLedger(database: SqliteDatabase): BudgetLedger {
  const sql = prepareBudgets(database);
  const refusal = (spends: readonly Spend[], now: number): BudgetRefusal | null => {
    const earlier = new Map<string, number>();
    for (const { key, limit, windowMs } of spends) {
      const window = sql.find.get({ key, now });
      const alsoHere = earlier.get(key) ?? 0;
      if ((window?.spent ?? 0) + alsoHere >= limit) {
        return { refused: 'budget', key, retryAt: window?.ends_at ?? now + windowMs };
      }
      earlier.set(key, alsoHere + 1);
    }
    return null;
  };
  const take = ({ key, windowMs }: Spend, now: number): void => {
    if (sql.count.run({ key, now }).changes === 0) sql.start.run({ key, endsAt: now + windowMs });
  };

  return {
    spend: (spends, now) => {
      // Looked at together before any is touched: nobody else writes in between, so none has to be given back.
      const refused = refusal(spends, now);
      if (refused === null) for (const spend of spends) take(spend, now);
      return refused;
    },
    refund: (keys) => {
      for (const key of keys) sql.giveBack.run({ key });
    },
    forget: (keys) => {
      for (const key of keys) sql.remove.run({ key });
    },
    windows: (keys, now) =>
      keys.flatMap((key) => {
        const window = sql.find.get({ key, now });
        return window === undefined ? [] : [{ key, spent: window.spent, endsAt: window.ends_at }];
      }),
  };
}

export const createBudgetStore = (database: SqliteDatabase, ledger: BudgetLedger): BudgetStore => ({
  spend: (spends, now) => database.write(() => ledger.spend(spends, now)),
  reset: (keys) => database.write(() => ledger.forget(keys)),
  read: (keys, now) => database.read(() => ledger.windows(keys, now)),
});

const prepareBudgets = (database: SqliteDatabase) => ({
  find: database.prepare<{ key: string; now: number }, Window>(
    'SELECT spent, ends_at FROM budgets WHERE key = @key AND ends_at > @now',
  ),
  count: database.prepare<{ key: string; now: number }>(
    'UPDATE budgets SET spent = spent + 1 WHERE key = @key AND ends_at > @now',
  ),
  start: database.prepare<{ key: string; endsAt: number }>(
    `INSERT INTO budgets (key, spent, ends_at) VALUES (@key, 1, @endsAt)
     ON CONFLICT (key) DO UPDATE SET spent = 1, ends_at = @endsAt`,
  ),
  giveBack: database.prepare<{ key: string }>('UPDATE budgets SET spent = spent - 1 WHERE key = @key AND spent > 0'),
  remove: database.prepare<{ key: string }>('DELETE FROM budgets WHERE key = @key'),
});
