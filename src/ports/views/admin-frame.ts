import type { Form } from './forms.ts';

/** The chapters of the console, each an entry of its navigation. */
export type ConsoleSection =
  | 'overview'
  | 'clients'
  | 'resources'
  | 'accounts'
  | 'organizations'
  | 'messages'
  | 'budgets'
  | 'events'
  | 'keys'
  | 'access'
  | 'administrators';

/** What every page of the console is given besides its own model. */
export interface ConsoleFrame {
  /** Who is signed in. */
  readonly administrator: {
    /** In full: it is their own. */
    readonly email: string;
    readonly role: 'viewer' | 'editor' | 'owner';
  };
  /** Which entry of the navigation is the one they are at; null beside all of them. */
  readonly active: ConsoleSection | null;
  /** Name of this installation. */
  readonly service: string;
  /** Which installation this is: the issuer. */
  readonly issuer: string;
  /** True while the server runs with development conveniences; the page says so. */
  readonly development: boolean;
  readonly signOut: Form;
}
