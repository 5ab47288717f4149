import type { DoneBefore, FieldProblems, FieldValues, ListWays } from './admin-forms.ts';
import type { Form } from './forms.ts';

/** Companies and teams, and who signs in for them. */
export interface OrganizationAdminPages {
  readonly 'organizations/list': {
    readonly organizations: readonly {
      readonly id: string;
      readonly name: string;
      readonly href: string;
      /** ISO 8601, UTC. */
      readonly createdAt: string;
    }[];
    readonly ways: ListWays;
    readonly mayWrite: boolean;
    readonly done: DoneBefore;
  };
  readonly 'organizations/new': {
    readonly form: Form;
    readonly values: FieldValues;
    readonly problems: FieldProblems;
  };
  readonly 'organizations/one': {
    readonly id: string;
    readonly name: string;
    /** ISO 8601, UTC. */
    readonly createdAt: string;
    readonly members: readonly {
      /** Masked; null where the account is gone. */
      readonly label: string | null;
      readonly accountHref: string;
      readonly accountId: string;
      readonly roles: readonly string[];
      /** ISO 8601, UTC. */
      readonly joinedAt: string;
      /** Where roles are changed and the member is removed; null for whoever only looks. */
      readonly href: string | null;
    }[];
    readonly ways: ListWays;
    /** Null for whoever only looks. */
    readonly rename: {
      readonly form: Form;
      readonly version: number;
      readonly values: FieldValues;
      readonly problems: FieldProblems;
    } | null;
    readonly add: { readonly form: Form; readonly values: FieldValues; readonly problems: FieldProblems } | null;
    readonly removeHref: string | null;
    readonly done: DoneBefore;
  };
  readonly 'organizations/member': {
    readonly organization: { readonly name: string; readonly href: string };
    /** Masked. */
    readonly label: string;
    readonly accountHref: string;
    readonly form: Form;
    readonly values: FieldValues;
    readonly problems: FieldProblems;
    readonly remove: Form;
  };
}
