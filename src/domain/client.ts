import type { Branding } from './branding.ts';
import type { ProofKind } from './challenge.ts';
import type { ClaimMapping } from './claim-mapping.ts';
import type { Channel } from './identifier.ts';

/** What kind of application a client is; it decides how it authenticates and which redirect URIs it may have. */
export type ClientType = 'web' | 'spa' | 'native' | 'machine';

/** A client secret at rest: a salted digest of a value with ≥ 256 bits of entropy, shown once. */
export interface SecretHash {
  readonly salt: string;
  readonly hash: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Who may become an account by signing in at this client; `inherit` takes the installation's policy. */
export type SignUpPolicy = 'open' | 'closed' | 'inherit';

/** When a client wants two factors: if the request says so (`acr_values`), or for every sign-in. */
export type SecondFactorPolicy = 'when-asked' | 'always';

/**
 * What an administrator may let a client do beyond signing people in by browser:
 * - `auth:execute`: send and check codes and links over an API
 * - `users:write`: create accounts
 * - `users:reveal`: be told that nobody has an identifier
 * - `otp:direct`: be given codes instead of having them sent, and have them sent elsewhere
 * - `id_token`: be given an ID token where others get an authorization code
 */
export const PERMISSIONS = ['auth:execute', 'users:write', 'users:reveal', 'otp:direct', 'id_token'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** `jwt` is signed (RFC 9068) and can be verified without asking; `opaque` means something to this server only. */
export type AccessTokenFormat = 'opaque' | 'jwt';

/** Whether people sign in at a client for an organization of theirs: never, if they have one, or always. */
export type OrganizationPolicy = 'none' | 'optional' | 'required';

/** How long the tokens of one client live, in seconds; null lives as long as those of the installation. */
export interface ClientLifetimes {
  /** Of access tokens, its own (RFC 6749 §4.4) among them. */
  readonly accessTokenSeconds: number | null;
  readonly idTokenSeconds: number | null;
  /** When it is not used. */
  readonly refreshTokenSeconds: number | null;
  /** From the first token of a family on, whatever was rotated since. */
  readonly refreshTokenAbsoluteSeconds: number | null;
}

/** Those of a client that says nothing about them. */
export const USUAL_LIFETIMES: ClientLifetimes = {
  accessTokenSeconds: null,
  idTokenSeconds: null,
  refreshTokenSeconds: null,
  refreshTokenAbsoluteSeconds: null,
};

/**
 * Where a client comes from. Those of the `configuration` are declared in files, reconciled at start and read-only elsewhere;
 * those of a `registration` have registered themselves (RFC 7591), and nobody has looked at them.
 */
export const CLIENT_SOURCES = ['configuration', 'administrator', 'registration'] as const;
export type ClientSource = (typeof CLIENT_SOURCES)[number];

/** A registered application (RFC 6749 §2). */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly type: ClientType;
  readonly secrets: readonly SecretHash[];
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  /** Scopes it may ask for. */
  readonly scopes: readonly string[];
  /** Ours: people are not asked for consent. */
  readonly firstParty: boolean;
  /** False only where an administrator lifted it for this client. */
  readonly pkceRequired: boolean;
  readonly signUp: SignUpPolicy;
  /** By what people may sign in here, as far as the installation offers it. */
  readonly channels: readonly Channel[];
  /** What a mail of this client carries. */
  readonly mailProof: ProofKind;
  readonly secondFactor: SecondFactorPolicy;
  /** A remembered device may skip the second factor that this client's own policy asks for. */
  readonly rememberDevices: boolean;
  /** The text of its SMS with `{otp}` and `{app}`, ≤ 140 characters; null takes the text of the locale. */
  readonly smsText: string | null;
  /** Refresh tokens without the `offline_access` scope (wish 26). */
  readonly keepSignedIn: boolean;
  /** A `login_hint` of this client sends the code at once instead of only filling the field (wish 21). */
  readonly trustLoginHint: boolean;
  readonly logoUri: string | null;
  readonly clientUri: string | null;
  readonly policyUri: string | null;
  readonly tosUri: string | null;
  /** Where a person is sent to start over (OpenID Connect Core §4). */
  readonly initiateLoginUri: string | null;
  /** Of confidential clients only. */
  readonly permissions: readonly Permission[];
  /** Audiences that its access tokens may be asked for: absolute URIs without fragment (RFC 8707 §2). */
  readonly resources: readonly string[];
  readonly accessTokenFormat: AccessTokenFormat;
  /** Where it is told that a session has ended (OpenID Connect Back-Channel Logout §2.2); null when it wants not to be. */
  readonly backchannelLogoutUri: string | null;
  readonly organizations: OrganizationPolicy;
  readonly lifetimes: ClientLifetimes;
  /** Claims of its own beside the standard ones: by name, which of ours each one says. */
  readonly claims: ClaimMapping;
  readonly branding: Branding;
  readonly disabled: boolean;
  readonly source: ClientSource;
  /** Digest of what a client that has registered itself manages its registration with (RFC 7592 §3); null for others. */
  readonly registrationTokenHash: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Rises with each change; a write names the version it read. */
  readonly version: number;
}

/** Native applications and single-page applications cannot keep a secret (RFC 6749 §2.1). */
export const isPublic = (client: Pick<Client, 'type'>): boolean => client.type === 'spa' || client.type === 'native';

/** By what people may sign in at a client, as far as the installation has senders for it. */
export const channelsOf = ({ channels }: Pick<Client, 'channels'>, installed: readonly Channel[]): Channel[] =>
  channels.filter((channel) => installed.includes(channel));

/** Whether somebody without an account may get one at a client. @param installation the policy that it may inherit */
export const isSignUpOpen = ({ signUp }: Pick<Client, 'signUp'>, installation: SignUpPolicy): boolean =>
  (signUp === 'inherit' ? installation : signUp) === 'open';
