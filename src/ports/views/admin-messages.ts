import type { DoneBefore, FieldValues, ListWays, PostedWays } from './admin-forms.ts';
import type { Form } from './forms.ts';

/** A message of the outbox; nobody sees its text or its code. */
export interface ShownMessage {
  readonly id: string;
  readonly href: string;
  readonly state: 'queued' | 'leased' | 'accepted' | 'failed' | 'dropped';
  readonly channel: 'email' | 'sms';
  /** Masked. */
  readonly to: string;
  readonly kind: 'code' | 'notice' | 'invitation';
  readonly client: { readonly label: string; readonly href: string };
  /** Made for somebody who is not to be sent anything. */
  readonly decoy: boolean;
  readonly tries: number;
  /** What the last try ended with. */
  readonly outcome: string | null;
  /** ISO 8601, UTC, as all times here. */
  readonly createdAt: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** What waits to be delivered, went out, or could not. */
export interface MessagePages {
  readonly 'messages/list': {
    readonly messages: readonly ShownMessage[];
    /** Filters: what somebody is known by is sent in the body. */
    readonly find: Form;
    /** `state`, `channel`, `client`, `to`. */
    readonly filter: FieldValues;
    readonly states: readonly ShownMessage['state'][];
    /** Why nothing can be found by this recipient. */
    readonly refusal: string | null;
    readonly ways: ListWays | PostedWays;
  };
  readonly 'messages/one': {
    readonly message: ShownMessage;
    /** Where it is sent now; null where that is not possible, or not for this reader. */
    readonly retryHref: string | null;
    readonly dropHref: string | null;
    readonly done: DoneBefore;
  };
}
