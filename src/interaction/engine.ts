import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AcrRequest } from '../domain/assurance.ts';
import type { GrantContext } from '../domain/grant-context.ts';

/** What the journey knows of the engine's interaction: one visit of a browser to our pages. */
export interface Interaction {
  readonly uid: string;
  readonly prompt: 'login' | 'select_account' | 'organization' | 'consent';
  /** Why the engine asks, for instance `no_session`, `max_age`, `login_prompt`. */
  readonly reasons: readonly string[];
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string | null;
  readonly loginHint: string | null;
  readonly uiLocales: readonly string[];
  /** Seconds a sign-in may be old, or null. */
  readonly maxAge: number | null;
  /** Authentication contexts the application asks for. */
  readonly asked: AcrRequest;
  /** The organization the application wants somebody to sign in for (`org_id`), or null. */
  readonly organizationId: string | null;
  /** A first factor that was proven in this very interaction and waits for the second; null before. */
  readonly proven: SignedIn | null;
  /** The handle of a proof that was made over an API; null for a request that brings none. */
  readonly ticket: string | null;
  /** All parameters of the authorization request. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly missingScopes: readonly string[];
  readonly missingClaims: readonly string[];
  /** Where to go on when a result was written already; null while the journey is under way. */
  readonly finishedAt: string | null;
}

/** The reason an interaction has when a session is there, but not strong enough for the request. */
export const ASSURANCE_REASON = 'assurance';

/** The browser's present sign-in. */
export interface SignedIn {
  readonly accountId: string;
  /** When it was proven, seconds since the epoch: the `auth_time` of its tokens (OpenID Connect Core §2). */
  readonly at: number;
  readonly amr: readonly string[];
  readonly acr: string;
  /**
   * When the account got the identifier that was proven, in milliseconds since the epoch: known of a first factor as long as
   * it waits for the second.
   */
  readonly knownSince?: number;
  /** What it is for, where tokens are to say that; not there in most cases. */
  readonly context?: GrantContext;
}

/** How a journey ends. It is written once, at the end. */
export type JourneyResult =
  | {
      readonly kind: 'signed-in';
      readonly signedIn: SignedIn;
      /**
       * Somebody is signed in, and the client is told that another factor has to be proven first, by one of these methods
       * (contracts.md §4.3: `mfa_required`).
       */
      readonly wantsSecond?: readonly string[];
    }
  /** The sign-in of the browser's session answers this request, too; it proves nothing new. */
  | { readonly kind: 'resumed'; readonly signedIn: SignedIn }
  /** The person stays with the account of the session. */
  | { readonly kind: 'selected' }
  /** Somebody said for which of their organizations they are here. */
  | { readonly kind: 'organization-chosen'; readonly accountId: string; readonly organizationId: string }
  | { readonly kind: 'consented' }
  | {
      readonly kind: 'refused';
      readonly error: 'access_denied' | 'unmet_authentication_requirements';
      readonly description: string;
    };

/** What the journey needs from the authorization engine; the `oidc` room provides it. */
export interface Engine {
  /**
   * The interaction whose cookie this request carries.
   * @throws Problem `interaction_expired` when there is none (any more), or the cookie belongs to another uid
   */
  load(req: IncomingMessage, res: ServerResponse, uid: string): Promise<Interaction>;
  /** The browser's session, or null when nobody is signed in. */
  session(req: IncomingMessage, res: ServerResponse): Promise<SignedIn | null>;
  /** What the browser's session is called in the list of its account's sessions; it cannot be presented in its place. */
  sessionId(req: IncomingMessage, res: ServerResponse): Promise<string | null>;
  /** Keeps a first factor in the interaction, whose cookie alone can go on with it. */
  advance(req: IncomingMessage, res: ServerResponse, proven: SignedIn): Promise<void>;
  /** Writes the result. @returns the URL at which the engine goes on */
  finish(req: IncomingMessage, res: ServerResponse, result: JourneyResult): Promise<string>;
}
