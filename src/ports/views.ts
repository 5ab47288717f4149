import type { ProblemCode, ProblemParams } from '../domain/errors.ts';
import type { MessageTemplate } from '../domain/message.ts';

/** A problem as a page shows it: the text comes from the locale file under `problem.<code>`. */
export interface ShownProblem {
  readonly code: ProblemCode;
  readonly params: ProblemParams;
  /** Seconds until a new try can succeed; null when waiting does not help. */
  readonly retryAfter: number | null;
}

/** What a page may say about the application that asked. */
export interface ShownClient {
  readonly name: string;
  readonly logoUri: string | null;
  readonly clientUri: string | null;
  readonly policyUri: string | null;
  readonly tosUri: string | null;
}

/** What each page is given besides its own model. */
export interface PageFrame {
  /** BCP 47 tag of a locale file. */
  readonly locale: string;
  /** Name of this installation. */
  readonly service: string;
  readonly client: ShownClient | null;
  /** True while the server runs with development conveniences; the page says so. */
  readonly development: boolean;
}

/** Hidden field of every form that changes something. */
export interface Form {
  readonly action: string;
  readonly csrf: string;
}

/** Every page a person can see, and what it needs to know. Templates decide nothing but looks. */
export interface Pages {
  /** `/`: what this is and where to go. `links` is empty in production. */
  readonly home: {
    readonly issuer: string;
    readonly links: readonly { readonly label: string; readonly href: string }[];
  };
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
    /** The address in full: the person at this browser typed it. */
    readonly identifier: string;
    readonly reference: string;
    readonly codeLength: number;
    /** Null until a wrong code was entered. */
    readonly attemptsLeft: number | null;
    /** Seconds until the code expires. */
    readonly expiresIn: number;
    /** Seconds until a resend is possible, 0 = now, null = no further resend of this code. */
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
  readonly expired: {
    readonly reason: 'expired' | 'cookies' | 'used' | 'changed';
    /** Back to the application, with an OAuth error it understands; null when nobody knows where that was. */
    readonly returnUrl: string | null;
    readonly clientName: string | null;
  };
  readonly error: {
    readonly status: number;
    /** OAuth error code or `ProblemCode`. */
    readonly error: string;
    /** Only for developers: shown in development. */
    readonly detail: string | null;
    readonly requestId: string;
  };
  readonly logout: {
    readonly action: string;
    readonly xsrf: string;
    readonly label: string;
    readonly immediate: boolean;
  };
  readonly loggedOut: { readonly clientName: string | null };
  /** A form that goes on by itself where script runs, by its button where not. */
  readonly proceed: { readonly action: string; readonly fields: Readonly<Record<string, string>> };
  readonly inbox: {
    readonly to: string;
    readonly messages: readonly {
      readonly id: string;
      readonly to: string;
      readonly channel: string;
      readonly subject: string;
      readonly text: string;
      readonly html: string | null;
      readonly code: string | null;
      readonly link: string | null;
      /** ISO 8601, UTC. */
      readonly sentAt: string;
    }[];
  };
}

export interface MessageModels {
  readonly code: {
    readonly code: string;
    readonly link: string | null;
    readonly reference: string;
    /** Whole minutes the code still works, ≥ 1. */
    readonly minutes: number;
    readonly clientName: string;
    /** Where the sign-in was asked from, roughly; null when unknown. */
    readonly place: string | null;
  };
}

export interface RenderedMessage {
  readonly subject: string;
  readonly text: string;
  /** Null on channels without it. */
  readonly html: string | null;
}

/** Turns models into what a person reads, in their language. Everything inserted is escaped. */
export interface Views {
  page<Name extends keyof Pages>(name: Name, frame: PageFrame, model: Pages[Name]): string;
  message<Name extends MessageTemplate>(
    channel: 'email' | 'sms',
    template: Name,
    locale: string,
    service: string,
    model: MessageModels[Name],
  ): RenderedMessage;
  /** BCP 47 tags of all locale files. */
  readonly locales: readonly string[];
  /**
   * The locale to speak: the first of the wanted tags that there is a file for, by RFC 4647 lookup, else the default.
   * @param wanted BCP 47 tags, best first
   */
  locale(wanted: readonly string[]): string;
}
