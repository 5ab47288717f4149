import type { AdminRole } from '../../domain/administration.ts';
import type { DoneBefore, FieldProblems, FieldValues } from './admin-forms.ts';
import type { Form } from './forms.ts';

/** Who may administer, for those who decide on it. */
export interface AdministratorPages {
  readonly 'administrators/list': {
    readonly administrators: readonly {
      /** In full: owners invite each other. */
      readonly email: string;
      readonly role: AdminRole;
      /** ISO 8601, UTC; null for owners by configuration. */
      readonly invitedAt: string | null;
      readonly invitedBy: string | null;
      /** ISO 8601, UTC; null as long as they have not been here. */
      readonly acceptedAt: string | null;
      /** Where the role is changed and they are removed; null for owners by configuration. */
      readonly href: string | null;
      /** It is who looks at the page. */
      readonly self: boolean;
    }[];
    readonly done: DoneBefore;
  };
  readonly 'administrators/new': {
    readonly form: Form;
    readonly values: FieldValues;
    readonly problems: FieldProblems;
  };
  readonly 'administrators/one': {
    readonly email: string;
    readonly accountHref: string;
    readonly form: Form;
    readonly version: number;
    readonly values: FieldValues;
    readonly problems: FieldProblems;
    /** Page that asks whether they shall be removed. */
    readonly removeHref: string;
    readonly self: boolean;
  };
}
