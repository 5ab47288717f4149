import type { ProofKind } from '../../domain/challenge.ts';
import type { Channel } from '../../domain/identifier.ts';
import type { Form, ShownProblem } from './forms.ts';

/** The pages of the journey: one a step. */
export interface SignInPages {
  readonly identify: {
    readonly form: Form;
    readonly cancel: Form;
    /** What was typed, or the `login_hint`. */
    readonly identifier: string;
    readonly problem: ShownProblem | null;
  };
  readonly code: {
    readonly form: Form;
    readonly resend: Form;
    readonly change: Form;
    readonly cancel: Form;
    /** What may be given: an address, a number, or either. */
    readonly channels: readonly Channel[];
    /** Whose numbers may be given; empty where none may. */
    readonly countries: readonly { readonly code: string; readonly callingCode: string }[];
    /** The code of the one that numbers without a country code are taken to be in. */
    readonly country: string | null;
    /** Where the code was sent to. */
    readonly channel: Channel;
    /** The address or number in full: the person at this browser typed it. */
    readonly identifier: string;
    readonly reference: string;
    readonly codeLength: number;
    /** Null until a wrong code was entered. */
    readonly attemptsLeft: number | null;
    /** Seconds until the code expires. */
    readonly expiresIn: number;
    /** Seconds until a resend is possible, 0 = now, null = no further resend of this code. */
    /** The code went to the other channel of whoever has this identifier, if there is anybody and they have it. */
    readonly byOther: boolean;
    /** The channel the code could be sent by instead, whoever has it; null when there is only one. */
    readonly offered: Channel | null;
    readonly other: Form;
    readonly resendIn: number | null;
    /** The code can no longer be entered (expired, spent, superseded): the page offers a new one instead of the field. */
    readonly ended: boolean;
    /** A code was just sent again. */
    readonly resent: boolean;
    /** The last delivery try failed for good, so that the person does not wait in vain (wish 10). */
    readonly undelivered: boolean;
    readonly problem: ShownProblem | null;
  };
  readonly account: {
    readonly form: Form;
    readonly other: Form;
    readonly cancel: Form;
    /** How the signed-in account is called: an address or number. */
    readonly label: string;
  };
  readonly consent: {
    readonly form: Form;
    readonly deny: Form;
    readonly label: string;
    /** Scope names; texts under `scope.<name>`, unknown ones are shown as they are. */
    readonly scopes: readonly string[];
    readonly claims: readonly string[];
    /** Host the person will be sent to. */
    readonly destination: string;
  };
}
