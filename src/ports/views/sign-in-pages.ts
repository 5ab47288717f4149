import type { ProofKind, Purpose } from '../../domain/challenge.ts';
import type { ChallengeStanding } from '../../domain/challenge-standing.ts';
import type { Channel } from '../../domain/identifier.ts';
import type { Form, ShownProblem } from './forms.ts';

/** What has to be submitted for a link to do anything. */
interface LinkForm {
  readonly form: Form;
  /** The token of the link, in a hidden field. */
  readonly token: string;
}

/** The pages of the journey: one a step. */
export interface SignInPages {
  readonly identify: {
    readonly form: Form;
    readonly cancel: Form;
    /** What was typed, or the `login_hint`. */
    readonly identifier: string;
    /** What may be given: an address, a number, or either. */
    readonly channels: readonly Channel[];
    /** Whose numbers may be given; empty where none may. */
    readonly countries: readonly { readonly code: string; readonly callingCode: string }[];
    /** The code of the one that numbers without a country code are taken to be in. */
    readonly country: string | null;
    readonly problem: ShownProblem | null;
  };
  readonly code: ChallengeStanding & {
    readonly form: Form;
    readonly resend: Form;
    readonly change: Form;
    readonly cancel: Form;
    /** What the code is for. */
    readonly purpose: Purpose;
    /** Where the code was sent to. */
    readonly channel: Channel;
    /** The address or number: in full when the person at this browser typed it, masked for a second factor. */
    readonly identifier: string;
    /** The code went to the other channel of whoever has this identifier, if there is anybody and they have it. */
    readonly byOther: boolean;
    /** The channel the code could be sent by instead, whoever has it; null when there is only one. */
    readonly offered: Channel | null;
    readonly other: Form;
    /** There are other second factors to choose from. */
    readonly otherFactors: boolean;
    /** For how many days this browser may be remembered; null where it is not offered. */
    readonly rememberDays: number | null;
    /** What the message carries. A link opened in another browser shows the code, so that it is asked for in any case. */
    readonly proof: ProofKind;
    /** A code was just sent again. */
    readonly resent: boolean;
    /** Tells whether this page is still waited for, and where to go when it is not; null where only a code was sent. */
    readonly progress: { readonly url: string; readonly onward: string } | null;
    /** The last delivery try failed for good, so that the person does not wait in vain (wish 10). */
    readonly undelivered: boolean;
    readonly problem: ShownProblem | null;
  };
  /** A link that was opened in the browser that asked for it. */
  readonly link: LinkForm & {
    /** What the person gave. */
    readonly channel: Channel;
    readonly identifier: string;
    readonly reference: string;
  };
  /** The same in any other browser, which it signs nobody in to. */
  readonly linkElsewhere: LinkForm & {
    /** Seconds since the other browser asked, ≥ 1. */
    readonly askedAgo: number;
    /** The network it asked from, and whether that is this browser's, too; null when it is not known. */
    readonly askedFrom: { readonly network: string; readonly same: boolean } | null;
    readonly reference: string;
  };
  /** For whoever said there that it was them: the code to type into the browser that asked. */
  readonly linkCode: {
    readonly code: string;
    readonly reference: string;
    /** Seconds until the code expires. */
    readonly expiresIn: number;
  };
  /** Which second factor the next code goes to. */
  readonly factor: {
    readonly form: Form;
    readonly cancel: Form;
    /** At least one; the first is the proposal. */
    readonly choices: readonly {
      readonly value: string;
      readonly channel: Channel;
      /** Masked. */
      readonly label: string;
    }[];
    readonly problem: ShownProblem | null;
  };
  /** For somebody who has none: what becomes their second factor. */
  readonly enroll: {
    readonly form: Form;
    readonly cancel: Form;
    readonly channel: Channel;
    /** What was typed. */
    readonly identifier: string;
    /** As on the page `identify`. */
    readonly countries: readonly { readonly code: string; readonly callingCode: string }[];
    readonly country: string | null;
    readonly problem: ShownProblem | null;
  };
  /** For somebody whose account was changed with one factor: nothing counts as another one for a while. */
  readonly held: {
    /** Leads back to the application. */
    readonly form: Form;
    /** Where the account is looked after. */
    readonly accountUrl: string;
    /** ISO 8601, UTC. */
    readonly until: string;
  };
  readonly account: {
    readonly form: Form;
    readonly other: Form;
    readonly cancel: Form;
    /** How the signed-in account is called: an address or number. */
    readonly label: string;
  };
  /** For which of their organizations somebody signs in. */
  readonly organization: {
    readonly form: Form;
    readonly other: Form;
    readonly cancel: Form;
    /** How the signed-in account is called: an address or number. */
    readonly label: string;
    /** None when they are in none and would have to be. */
    readonly choices: readonly { readonly value: string; readonly label: string }[];
  };
  readonly consent: {
    readonly form: Form;
    readonly deny: Form;
    readonly label: string;
    /** Scope names; texts under `scope.<name>`, unknown ones are shown as they are. */
    readonly scopes: readonly string[];
    /** What those of a resource mean, in the words of its administrators. */
    readonly descriptions: readonly { readonly name: string; readonly description: string }[];
    readonly claims: readonly string[];
    /** Host the person will be sent to. */
    readonly destination: string;
    /** The application has registered itself, and nobody has looked at it. */
    readonly unverified: boolean;
  };
}
