import type { FieldChange } from '../../domain/event.ts';
import type { FieldProblems, FieldValues, ListWays } from './admin-forms.ts';
import type { Form } from './forms.ts';

/** Something that an event names, and where it is looked at; null where it cannot be. */
interface Named {
  readonly label: string;
  readonly href: string | null;
}

/** One line of the audit trail. */
export interface ShownEvent {
  readonly id: string;
  readonly href: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Its stable name; `it.eventName` has the words. */
  readonly type: string;
  readonly account: Named | null;
  readonly client: Named | null;
  /** Masked. */
  readonly identifier: string | null;
  readonly network: string | null;
  /** Who administered, with the events of theirs. */
  readonly actor: Named | null;
  readonly object: Named | null;
  readonly reason: string | null;
  readonly changes: readonly FieldChange[] | null;
}

/** Who did what to whom. */
export interface EventPages {
  readonly 'events/list': {
    /** Filters: what somebody is known by is sent in the body. */
    readonly find: Form;
    readonly events: readonly ShownEvent[];
    /** `type`, `account`, `client`, `actor`, `from`, `until`. */
    readonly filter: FieldValues;
    readonly problems: FieldProblems;
    /** Names that can be asked for. */
    readonly types: readonly string[];
    readonly isFiltered: boolean;
    readonly ways: ListWays;
    /** Everything that the filter matches, as a file; null where it cannot match anything. */
    readonly exportHref: string | null;
  };
  readonly 'events/one': {
    readonly event: ShownEvent;
    readonly requestId: string | null;
  };
}
