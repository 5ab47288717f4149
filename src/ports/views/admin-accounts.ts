import type { Channel } from '../../domain/identifier.ts';
import type { ShownEvent } from './admin-events.ts';
import type { DoneBefore, FieldProblems, FieldValues, ListWays } from './admin-forms.ts';
import type { Form, ShownProblem } from './forms.ts';

/** What somebody is known by, as far as whoever looks may see it. */
interface ShownIdentifier {
  readonly channel: Channel;
  readonly value: string;
  readonly masked: boolean;
}

/** People, and what may be done for them. */
export interface AccountAdminPages {
  readonly 'accounts/list': {
    readonly accounts: readonly {
      readonly id: string;
      readonly href: string;
      /** Masked, the primary ones first. */
      readonly identifiers: readonly ShownIdentifier[];
      readonly isActive: boolean;
      readonly isHeld: boolean;
      /** ISO 8601, UTC. */
      readonly createdAt: string;
    }[];
    /** Searches: what somebody is known by is sent in the body. */
    readonly find: Form;
    /** What was searched for; empty for all. */
    readonly search: string;
    /** Why nothing is found by this, in a sentence. */
    readonly refusal: string | null;
    readonly ways: ListWays;
    readonly mayWrite: boolean;
    readonly done: DoneBefore;
  };
  readonly 'accounts/new': {
    readonly form: Form;
    readonly values: FieldValues;
    readonly problems: FieldProblems;
  };
  readonly 'accounts/one': {
    readonly id: string;
    /** What they are called by. */
    readonly title: string;
    readonly isActive: boolean;
    /** ISO 8601, UTC. */
    readonly createdAt: string;
    readonly heldUntil: string | null;
    readonly mayWrite: boolean;
    readonly identifiers: readonly (ShownIdentifier & {
      /** ISO 8601, UTC; null where nobody has proven it. */
      readonly verifiedAt: string | null;
      readonly isPrimary: boolean;
      /** Where it is asked whether to remove it; null for the last one, and for whoever only looks. */
      readonly removeHref: string | null;
    })[];
    readonly attributes: {
      readonly form: Form;
      readonly version: number;
      /** By the names of the claims; empty where there is none. Null for whoever must not see them. */
      readonly values: FieldValues | null;
      readonly problems: FieldProblems;
    };
    readonly sessions: readonly {
      /** Null for a sign-in over an API. */
      readonly browser: string | null;
      readonly network: string | null;
      readonly client: { readonly label: string; readonly href: string | null } | null;
      /** ISO 8601, UTC. */
      readonly signedInAt: string;
      readonly end: Form | null;
    }[];
    readonly endAll: Form | null;
    readonly memberships: readonly {
      readonly name: string;
      readonly href: string;
      readonly roles: readonly string[];
    }[];
    readonly events: readonly ShownEvent[];
    readonly eventsHref: string;
    /** Null for whoever only looks. */
    readonly deeds: {
      readonly disableHref: string | null;
      readonly enable: Form | null;
      readonly liftHoldHref: string | null;
      readonly deleteHref: string;
    } | null;
    readonly done: DoneBefore;
    readonly problem: ShownProblem | null;
  };
}
