import { type AnyBulkWriteOperation, type Model, mongo, type QueryFilter, sanitizeFilter } from 'mongoose';
import type { Spend } from '../../domain/budget.ts';
import type { BudgetRefusal, BudgetStore, BudgetWindow } from '../../ports/store/challenges.ts';
import { above, atMost, below, between, oneOf } from './comparisons.ts';
import type { BudgetDocument } from './documents/budget.ts';
import { isDuplicate, storeUnavailable } from './unavailable.ts';

/** What was spent, and can be given back if it was for nothing. */
export interface Spent {
  refund(): Promise<void>;
}

/** Budgets as steps of larger changes. */
export interface BudgetLedger {
  /**
   * Spends one of each in one command. When one of them has nothing left it gives back what it took from the others, if
   * it lives that long; a crash in between leaves too much spent, never too little.
   */
  spend(spends: readonly Spend[], now: number): Promise<Spent | BudgetRefusal>;
  /** Gives one back to each of the first, never below zero, and forgets the others, in one command. */
  release(refund: readonly string[], forget: readonly string[]): Promise<void>;
  /** Those that have not ended. */
  windows(keys: readonly string[], now: number): Promise<BudgetWindow[]>;
}

type Budgets = Model<BudgetDocument>;
type Step = Extract<AnyBulkWriteOperation<BudgetDocument>, { updateOne: unknown }>;

export function createBudgetLedger(model: Budgets): BudgetLedger {
  const knocking = createKnocking();
  return {
    async spend(spends, now) {
      const looked = knocking.among(spends, now) ? await refusalAmong(model, spends, now) : null;
      const answer = looked ?? (await spendAll(model, spends, now));
      if ('refused' in answer) knocking.remember(answer);
      return answer;
    },
    async release(refund, forget) {
      await update(model, [...refund.map((key) => giveBack({ _id: key })), ...forget.map(endWindow)]);
    },
    windows: (keys, now) => liveWindows(model, keys, now),
  };
}

export const createBudgetStore = (ledger: BudgetLedger): BudgetStore => ({
  async spend(spends, now) {
    const answer = await ledger.spend(spends, now);
    return 'refused' in answer ? answer : null;
  },
  reset: (keys) => ledger.release([], keys),
  read: ledger.windows,
});

const MOST_KNOCKING = 10_000;

/**
 * Budgets that refused here and whose window goes on: before such a one is spent it is looked at, so that whoever keeps
 * knocking costs no writes. It decides nothing, so that no other node needs to know.
 */
function createKnocking() {
  const until = new Map<string, number>();
  return {
    among: (spends: readonly Spend[], now: number): boolean => spends.some(({ key }) => (until.get(key) ?? 0) > now),
    remember({ key, retryAt }: BudgetRefusal): void {
      if (until.size >= MOST_KNOCKING) until.clear();
      until.set(key, retryAt);
    },
  };
}

/** How often budgets may be spent, refunded and spent again while somebody tries to spend them. */
const TURNS = 20;

async function spendAll(model: Budgets, spends: readonly Spend[], now: number): Promise<Spent | BudgetRefusal> {
  const counted: Spend[] = [];
  const refund = async (): Promise<void> => {
    await update(
      model,
      counted.map((spend) => giveBack(windowOf(spend, now))),
    );
  };
  let left = spends;
  for (let turn = 0; turn < TURNS; turn += 1) {
    // A window that begins takes one whatever its limit, so that a budget of nothing may not get there.
    if (left.every(({ limit }) => limit > 0)) {
      const refused = await countEach(model, left, now);
      counted.push(...left.filter((_spend, index) => !refused.has(index)));
      left = left.filter((_spend, index) => refused.has(index));
    }
    if (left.length === 0) return { refund };
    const refusal = await refusalAmong(model, left, now);
    if (refusal !== null) {
      await refund();
      return refusal;
    }
  }
  throw storeUnavailable(new Error('a budget did not hold still'));
}

/**
 * Two steps for each: a window that has ended begins anew, with nothing spent; then one is counted in the live window, or
 * in a new one where there was none. What the second step finds spent it takes for missing and tries to insert, and the
 * key that is there already refuses it. Should a step come before its time, it is refused as well, and made again.
 *
 * @returns the indexes of those that were not counted
 */
async function countEach(model: Budgets, spends: readonly Spend[], now: number): Promise<ReadonlySet<number>> {
  const at = new Date(now);
  const steps = spends.flatMap(({ key, limit, windowMs }): Step[] => {
    const endsAt = new Date(now + windowMs);
    const begin = step({ _id: key, endsAt: atMost(at) }, { $set: { spent: 0, endsAt } });
    const count = step(
      { _id: key, endsAt: above(at), spent: below(limit) },
      { $inc: { spent: 1 }, $setOnInsert: { endsAt } },
      { upsert: true },
    );
    return [begin, count];
  });
  const refused = await update(model, steps);
  return new Set([...spends.keys()].filter((index) => refused.has(2 * index + 1)));
}

/**
 * Makes all steps in one command, whatever becomes of each.
 * @returns the indexes of those that wanted to insert a key that is there
 */
async function update(model: Budgets, steps: Step[]): Promise<ReadonlySet<number>> {
  if (steps.length === 0) return new Set();
  try {
    await model.bulkWrite(steps, { ordered: false, throwOnValidationError: true });
    return new Set();
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError && isDuplicate(error))) throw unfit(error) ?? error;
    const failed = [error.writeErrors].flat();
    // What no majority has seen may be undone: nobody can say what was made.
    const unsure = error.result.getWriteConcernError() !== undefined || failed.some(({ code }) => code !== error.code);
    if (unsure) throw storeUnavailable(new Error('not all of an update was taken'));
    return new Set(failed.map(({ index }) => index));
  }
}

/** What mongoose found wrong with a step before it sent any; it hides it in an error of its own. */
const unfit = (error: unknown): unknown =>
  error instanceof Error && 'validationErrors' in error ? [error.validationErrors].flat()[0] : undefined;

async function liveWindows(model: Budgets, keys: readonly string[], now: number): Promise<BudgetWindow[]> {
  const live = await model.find({ _id: oneOf(keys), endsAt: above(new Date(now)) }).lean<BudgetDocument[]>();
  return live.map(({ _id, spent, endsAt }) => ({ key: _id, spent, endsAt: endsAt.getTime() }));
}

async function refusalAmong(model: Budgets, spends: readonly Spend[], now: number): Promise<BudgetRefusal | null> {
  const keys = spends.map(({ key }) => key);
  const windows = new Map((await liveWindows(model, keys, now)).map((window) => [window.key, window]));
  for (const { key, limit, windowMs } of spends) {
    const window = windows.get(key);
    if ((window?.spent ?? 0) >= limit) {
      return { refused: 'budget', key, retryAt: window?.endsAt ?? now + windowMs };
    }
  }
  return null;
}

/** The window in which one was spent at this moment, and none that has begun since. */
const windowOf = ({ key, windowMs }: Spend, now: number) => ({
  _id: key,
  endsAt: between(new Date(now), new Date(now + windowMs)),
});

const giveBack = (window: QueryFilter<BudgetDocument>): Step =>
  step({ ...window, spent: above(0) }, { $inc: { spent: -1 } });

/** A window that has ended is as good as none, and the next purge takes it. */
const endWindow = (key: string): Step => step({ _id: key }, { $set: { spent: 0, endsAt: new Date(0) } });

/** Obeys the operators of `comparisons.ts` only: what guards all other queries does not look into commands of many steps. */
const step = (
  filter: QueryFilter<BudgetDocument>,
  update: Step['updateOne']['update'],
  options: { readonly upsert?: true } = {},
): Step => ({ updateOne: { filter: sanitizeFilter(filter), update, ...options } });
