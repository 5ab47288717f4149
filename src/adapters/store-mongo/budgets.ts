import type { Model } from 'mongoose';
import type { Spend } from '../../domain/budget.ts';
import type { BudgetRefusal, BudgetStore } from '../../ports/store/challenges.ts';
import { above, atMost, below, oneOf } from './comparisons.ts';
import type { BudgetDocument } from './documents/budget.ts';
import { isDuplicate, storeUnavailable } from './unavailable.ts';

/** One that was spent, and the end of the window it was spent in. */
interface Taken {
  readonly key: string;
  readonly endsAt: Date;
}

/** Budgets that were looked into and not touched yet. */
export interface Purse {
  /** Which of them is spent already, or null. */
  readonly refusal: BudgetRefusal | null;
  /**
   * Spends one of each. When somebody else was faster it gives back what it took, if it lives that long; a crash in
   * between leaves too much spent, never too little.
   */
  take(): Promise<{ readonly refund: () => Promise<void> } | BudgetRefusal>;
}

/** Budgets as steps of larger changes. */
export interface BudgetLedger {
  /** Most refusals end with this one read: whoever keeps knocking costs no writes. */
  look(spends: readonly Spend[], now: number): Promise<Purse>;
  /** Gives one back to each, never below zero. */
  refund(keys: readonly string[]): Promise<void>;
  forget(keys: readonly string[]): Promise<void>;
}

type Budgets = Model<BudgetDocument>;

export const createBudgetLedger = (model: Budgets): BudgetLedger => ({
  async look(spends, now) {
    const windows = await liveWindows(model, spends, now);
    const refusal = refusalIn(windows, spends, now);
    return { refusal, take: async () => refusal ?? takeAll(model, spends, now, windows) };
  },
  async refund(keys) {
    await Promise.all(keys.map((key) => model.updateOne({ _id: key, spent: above(0) }, { $inc: { spent: -1 } })));
  },
  async forget(keys) {
    await Promise.all(keys.map((key) => model.deleteOne({ _id: key })));
  },
});

export const createBudgetStore = (ledger: BudgetLedger): BudgetStore => ({
  async spend(spends, now) {
    const answer = await (await ledger.look(spends, now)).take();
    return 'refused' in answer ? answer : null;
  },
  reset: (keys) => ledger.forget(keys),
});

type Windows = ReadonlyMap<string, BudgetDocument>;

async function liveWindows(model: Budgets, spends: readonly Spend[], now: number): Promise<Windows> {
  if (spends.length === 0) return new Map();
  const keys = spends.map(({ key }) => key);
  const found = await model.find({ _id: oneOf(keys), endsAt: above(new Date(now)) }).lean<BudgetDocument[]>();
  return new Map(found.map((window) => [window._id, window]));
}

function refusalIn(windows: Windows, spends: readonly Spend[], now: number): BudgetRefusal | null {
  for (const { key, limit, windowMs } of spends) {
    const window = windows.get(key);
    if ((window?.spent ?? 0) >= limit) {
      return { refused: 'budget', key, retryAt: window?.endsAt.getTime() ?? now + windowMs };
    }
  }
  return null;
}

async function takeAll(model: Budgets, spends: readonly Spend[], now: number, windows: Windows) {
  const takes = await Promise.all(spends.map((spend) => takeOne(model, spend, now, windows.has(spend.key))));
  const refund = () => giveBack(model, takes);
  const lost = takes.find((take): take is BudgetRefusal => 'refused' in take);
  if (lost === undefined) return { refund };
  await refund();
  return lost;
}

/** Gives back what was taken, where its window is still the same one. */
async function giveBack(model: Budgets, takes: readonly (Taken | BudgetRefusal)[]): Promise<void> {
  const taken = takes.filter((take): take is Taken => !('refused' in take));
  await Promise.all(
    taken.map(({ key, endsAt }) => model.updateOne({ _id: key, endsAt, spent: above(0) }, { $inc: { spent: -1 } })),
  );
}

/** How often a window may end, be forgotten or begin while somebody tries to spend in it. */
const TURNS = 20;

/**
 * One conditional write either counts in the window that is there or begins a new one. Each can find the other's case
 * because somebody else was faster; then the other is tried.
 */
async function takeOne(model: Budgets, spend: Spend, now: number, hasWindow: boolean): Promise<Taken | BudgetRefusal> {
  let counts = hasWindow;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const taken = counts ? await countOne(model, spend, now) : await beginWindow(model, spend, now);
    if (taken !== null) return taken;
    if (counts) {
      const refused = refusalIn(await liveWindows(model, [spend], now), [spend], now);
      if (refused !== null) return refused;
    }
    counts = !counts;
  }
  throw storeUnavailable(new Error('a budget did not hold still'));
}

/** @returns null when there is no live window, or nothing left in it */
async function countOne(model: Budgets, { key, limit }: Spend, now: number): Promise<Taken | null> {
  const window = await model
    .findOneAndUpdate(
      { _id: key, endsAt: above(new Date(now)), spent: below(limit) },
      { $inc: { spent: 1 } },
      { returnDocument: 'after' },
    )
    .lean<BudgetDocument>();
  return window === null ? null : { key, endsAt: window.endsAt };
}

/** @returns null when there is a live window */
async function beginWindow(model: Budgets, { key, windowMs }: Spend, now: number): Promise<Taken | null> {
  const endsAt = new Date(now + windowMs);
  try {
    // A live window does not match, so that the upsert becomes an insert of a key that is taken.
    await model.updateOne(
      { _id: key, endsAt: atMost(new Date(now)) },
      { $set: { spent: 1, endsAt } },
      { upsert: true },
    );
    return { key, endsAt };
  } catch (error) {
    if (isDuplicate(error)) return null;
    throw error;
  }
}
