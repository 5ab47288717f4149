import type { AdminRole } from '../../domain/administration.ts';
import type { Form } from './forms.ts';

/** Pages that belong to no chapter. */
export interface ConsoleStandingPages {
  /** Something is not there, not allowed, or went wrong. */
  readonly refused: {
    readonly status: number;
    /** `ProblemCode`. */
    readonly error: string;
    /** The least role that may do it; null when that is not the reason. */
    readonly needed: AdminRole | null;
    readonly requestId: string;
    /** Where to go instead. */
    readonly back: { readonly href: string; readonly label: string };
  };
  /** Asks before something is done that cannot be taken back. */
  readonly confirm: {
    /** A question: `Remove this client?` */
    readonly title: string;
    readonly lead: string;
    /** What follows from it, a sentence each. */
    readonly consequences: readonly string[];
    readonly form: Form;
    /** Hidden fields, such as the version that was read. */
    readonly fields: Readonly<Record<string, string>>;
    /** What the button says: the deed itself. */
    readonly submit: string;
    /** True for what destroys something. */
    readonly dangerous: boolean;
    /** Where calling it off leads. */
    readonly back: { readonly href: string; readonly label: string };
    /** Why it was refused, in a sentence; null before the first try. */
    readonly problem: string | null;
  };
}
