import type { Form } from './forms.ts';

/** What is wrong with the fields of a form, in sentences, by the name of the field. */
export type FieldProblems = Readonly<Record<string, readonly string[]>>;

/** What stands in the fields of a form, by their names: as stored, or as it was typed when it was refused. */
export type FieldValues = Readonly<Record<string, string>>;

/** Where a list goes on: addresses with its filters. */
export interface ListWays {
  /** Back to the newest or first; null on the first page. */
  readonly first: string | null;
  /** Null on the last page. */
  readonly next: string | null;
}

/** Where a list goes on by a form: what it was searched for must not stand in an address. */
export interface PostedWays {
  readonly form: Form;
  /** What stays as it is from page to page. */
  readonly fields: FieldValues;
  readonly isFirst: boolean;
  /** Where the next page begins; null on the last one. */
  readonly cursor: string | null;
}

/** What was done by the request before, as `?done=` says; the template has the words, and none for what it does not know. */
export type DoneBefore = string | null;
