import type { BrowserName } from '../../domain/browser-name.ts';
import type { ChallengeStanding } from '../../domain/challenge-standing.ts';
import type { Channel } from '../../domain/identifier.ts';
import type { Form, ShownProblem } from './forms.ts';

/** An identifier on the page of its owner. */
interface ShownIdentifier {
  readonly channel: Channel;
  /** In full, numbers in groups. */
  readonly value: string;
  /** ISO 8601, UTC; null when an application gave it and nobody has proven it. */
  readonly verifiedAt: string | null;
  readonly primary: boolean;
  /** Null when it is primary already, or the only one of its channel. */
  readonly makePrimary: Form | null;
  /** Page that asks whether it shall be removed; null for the last one. */
  readonly removeUrl: string | null;
}

/** Something that happened by the request before. */
export type Done = 'added' | 'removed' | 'primary' | 'ended' | 'ended_others' | 'forgotten' | 'confirmed' | 'released';

/** What is held of an account that has two factors, and how changes to it are not. */
interface ShownHold {
  /** ISO 8601, UTC; null when nothing is held. */
  readonly until: string | null;
  /** For how many hours a change made now would be held; null when both factors were proven for it. */
  readonly hours: number | null;
  /** Leads to the second factor and back; null when both were proven just now, or none counts. */
  readonly confirmUrl: string | null;
  /** Ends what is held; null when nothing is, or both factors were not proven just now. */
  readonly release: Form | null;
}

/** Where the pages of an account lead to each other. */
interface Ways {
  readonly overviewUrl: string;
}

/** What somebody sees and does with their own account. */
export interface AccountPages {
  readonly accountOverview: {
    readonly identifiers: readonly ShownIdentifier[];
    readonly addUrl: string;
    /** Whether numbers can be added, too. */
    readonly numbers: boolean;
    readonly sessionsUrl: string;
    readonly deleteUrl: string;
    /** Null where nothing is held, and nothing would be. */
    readonly hold: ShownHold | null;
    readonly signOutUrl: string;
    /** How many sign-ins there are, this browser's among them. */
    readonly sessions: number;
    readonly done: Done | null;
    readonly problem: ShownProblem | null;
  };
  readonly accountAdd: Ways & {
    readonly form: Form;
    /** What was typed. */
    readonly identifier: string;
    /** What may be given: an address, a number, or either. */
    readonly channels: readonly Channel[];
    /** Whose numbers may be given; empty where none may. */
    readonly countries: readonly { readonly code: string; readonly callingCode: string }[];
    /** The code of the one that numbers without a country code are taken to be in. */
    readonly country: string | null;
    readonly problem: ShownProblem | null;
  };
  readonly accountProof: Ways &
    ChallengeStanding & {
      readonly form: Form;
      readonly resend: Form;
      readonly cancel: Form;
      readonly channel: Channel;
      /** In full: the person at this browser typed it. */
      readonly identifier: string;
      readonly resent: boolean;
      readonly undelivered: boolean;
      readonly problem: ShownProblem | null;
    };
  readonly accountRemove: Ways & {
    readonly form: Form;
    readonly channel: Channel;
    readonly identifier: string;
    readonly problem: ShownProblem | null;
  };
  readonly accountSessions: Ways & {
    /** Newest sign-in first, this browser's in front of all. */
    readonly sessions: readonly {
      readonly name: BrowserName | null;
      readonly network: string | null;
      /** Name of the application; null when it is not known any more. */
      readonly application: string | null;
      /** ISO 8601, UTC. */
      readonly signedInAt: string;
      /** Null for this browser's own. */
      readonly end: Form | null;
    }[];
    /** Null when there are no others. */
    readonly endOthers: Form | null;
    readonly devices: readonly {
      readonly name: BrowserName;
      /** ISO 8601, UTC. */
      readonly createdAt: string;
      readonly expiresAt: string;
      readonly forget: Form;
    }[];
    readonly done: Done | null;
    readonly problem: ShownProblem | null;
  };
  readonly accountDelete: Ways & {
    readonly form: Form;
    /** What the account is called by. */
    readonly label: string;
    /** It was sent without the box ticked. */
    readonly unsure: boolean;
    readonly problem: ShownProblem | null;
  };
  readonly accountDeleted: Readonly<Record<never, never>>;
}
