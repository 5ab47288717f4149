import type { ClientSource, ClientType } from '../../domain/client.ts';
import type { QuickStartName } from '../../domain/quick-start.ts';
import type { ShownEvent } from './admin-events.ts';
import type { DoneBefore, FieldProblems, FieldValues, ListWays } from './admin-forms.ts';
import type { Form } from './forms.ts';
import type { QuickStartFile } from './quick-starts.ts';

/** A client as a list shows it. */
interface ListedClient {
  readonly id: string;
  readonly href: string;
  readonly name: string;
  readonly type: ClientType;
  readonly source: ClientSource;
  readonly isFirstParty: boolean;
  readonly isDisabled: boolean;
}

/** A program to paste. */
export interface ShownQuickStart {
  readonly name: QuickStartName;
  readonly files: readonly QuickStartFile[];
  /** Commands and, before them, the line that gives the secret. */
  readonly commands: string;
  readonly redirectUri: string | null;
  /** What has to be registered before this works; null when nothing is missing. */
  readonly missingRedirectUri: string | null;
}

/** Applications: registered, changed, looked after. */
export interface ClientAdminPages {
  readonly 'clients/list': {
    readonly clients: readonly ListedClient[];
    readonly search: string;
    readonly ways: ListWays;
    readonly mayWrite: boolean;
    readonly done: DoneBefore;
  };
  /** Which kind of application is to be registered. */
  readonly 'clients/types': object;
  readonly 'clients/form': {
    /** Null for a new one. */
    readonly client: { readonly name: string; readonly href: string; readonly version: number } | null;
    readonly type: ClientType;
    readonly form: Form;
    /** The fields that clients of this type have. */
    readonly fields: readonly string[];
    readonly values: FieldValues;
    readonly problems: FieldProblems;
    /** Why nothing can be changed here; null when it can. */
    readonly readonly: 'configuration' | 'role' | null;
    /** What others have changed since the form was shown, newest first; null when nobody has. */
    readonly conflict: readonly ShownEvent[] | null;
    /** Another refusal, as `ProblemCode`; null when there is none. */
    readonly refusal: string | null;
    /** Names by which APIs are known here, to choose from. */
    readonly audiences: readonly { readonly audience: string; readonly name: string }[];
  };
  /** A secret, for the only time. */
  readonly 'clients/secret': {
    readonly name: string;
    readonly id: string;
    readonly href: string;
    readonly secret: string | null;
    /** Just registered, or a new secret beside the former one, or alone. */
    readonly kind: 'registered' | 'beside' | 'alone';
  };
  /** How it looks to people, with previews in frames. */
  readonly 'clients/branding': {
    readonly client: { readonly name: string; readonly href: string; readonly version: number };
    readonly form: Form;
    readonly readonly: boolean;
    /** BCP 47 tags of the languages there are words in. */
    readonly locales: readonly string[];
    /** The one that is previewed. */
    readonly locale: string;
    /** `logoUri`, `accent`, and each of the words as `de.heading`. */
    readonly values: FieldValues;
    readonly problems: FieldProblems;
    readonly refusal: string | null;
    readonly pageHref: string;
    readonly mailHref: string;
  };
  readonly 'clients/one': ListedClient & {
    /** ISO 8601, UTC. */
    readonly createdAt: string;
    readonly updatedAt: string;
    readonly version: number;
    readonly redirectUris: readonly string[];
    readonly scopes: readonly string[];
    /** When each valid secret was made, newest first; ISO 8601, UTC. */
    readonly secrets: readonly { readonly at: string }[];
    readonly quickStarts: readonly ShownQuickStart[];
    readonly events: readonly ShownEvent[];
    readonly eventsHref: string;
    readonly settingsHref: string;
    readonly brandingHref: string;
    readonly exportHref: string;
    /** Null for whoever only looks, and for clients of the configuration. */
    readonly deeds: {
      readonly verifyHref: string | null;
      readonly secretHref: string | null;
      readonly disableHref: string | null;
      readonly enable: Form | null;
      readonly deleteHref: string;
    } | null;
    readonly done: DoneBefore;
  };
}

/** APIs that access tokens are for. */
export interface ResourcePages {
  readonly 'resources/list': {
    readonly resources: readonly {
      readonly href: string;
      readonly name: string;
      readonly audience: string;
      readonly scopes: readonly string[];
      readonly format: 'opaque' | 'jwt';
    }[];
    readonly ways: ListWays;
    readonly mayWrite: boolean;
    readonly done: DoneBefore;
  };
  readonly 'resources/form': {
    /** Null for a new one. */
    readonly resource: { readonly name: string; readonly version: number; readonly deleteHref: string } | null;
    readonly form: Form;
    readonly values: FieldValues;
    readonly problems: FieldProblems;
    readonly mayWrite: boolean;
    readonly algorithms: readonly string[];
    /** Somebody else has changed it since the form was shown. */
    readonly isConflict: boolean;
    readonly done: DoneBefore;
  };
}
