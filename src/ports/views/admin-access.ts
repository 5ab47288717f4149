import type { AdminScope } from '../../domain/administration.ts';
import type { DoneBefore, FieldProblems, FieldValues, ListWays } from './admin-forms.ts';
import type { Form } from './forms.ts';

/** What opens the Admin API and dynamic registration. */
export interface AccessPages {
  readonly 'access/list': {
    readonly keys: readonly {
      readonly id: string;
      readonly name: string;
      readonly scope: AdminScope;
      /** ISO 8601, UTC. */
      readonly createdAt: string;
      /** ISO 8601, UTC; null when it never ends. */
      readonly expiresAt: string | null;
      /** It has ended, and opens nothing. */
      readonly over: boolean;
      /** Page that asks whether it shall be revoked. */
      readonly revokeHref: string;
    }[];
    readonly ways: ListWays;
    /** Address of the Admin API. */
    readonly apiUrl: string;
    readonly done: DoneBefore;
  };
  readonly 'access/new': {
    readonly form: Form;
    readonly scopes: readonly AdminScope[];
    readonly values: FieldValues;
    readonly problems: FieldProblems;
  };
  /** The only page that ever shows the key, once. */
  readonly 'access/made': {
    readonly name: string;
    readonly scope: AdminScope;
    readonly key: string;
    readonly listHref: string;
  };
}
