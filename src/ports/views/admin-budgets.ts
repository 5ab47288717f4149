import type { DoneBefore, FieldProblems, FieldValues } from './admin-forms.ts';
import type { Form } from './forms.ts';

/** The limits on somebody, and how they are let in again. */
export interface BudgetPages {
  readonly 'budgets/list': {
    /** Asks: what somebody is known by is sent in the body. */
    readonly find: Form;
    /** `q`: an address, a number, a network, or an id; `kind`: what an id is of. */
    readonly asked: FieldValues;
    readonly problems: FieldProblems;
    /** Null before anybody was asked for. */
    readonly budgets:
      | readonly {
          readonly name: string;
          readonly about: string;
          readonly limit: number;
          readonly windowSeconds: number;
          readonly spent: number;
          /** ISO 8601, UTC; null when nothing is spent. */
          readonly endsAt: string | null;
        }[]
      | null;
    /** Forgets one of them; null for whoever only looks. */
    readonly reset: Form | null;
    readonly done: DoneBefore;
  };
}
