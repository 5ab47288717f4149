import { declared, LEFT_BEHIND_SECONDS, moment, text, whole } from './declared.ts';

/** A budget's window as it lies in `budgets`: one document, so that every spend is one conditional write. */
export interface BudgetDocument {
  /** The budget's key. */
  readonly _id: string;
  readonly spent: number;
  readonly endsAt: Date;
}

export const budgetSchema = declared<BudgetDocument>('budgets', {
  _id: text,
  spent: { ...whole, min: 0 },
  endsAt: moment,
});

budgetSchema.index({ endsAt: 1 }, { name: 'budgetEnd', expireAfterSeconds: LEFT_BEHIND_SECONDS });
