import { PROFILE_CLAIMS } from './attributes.ts';

/** What a claim of a client's own may say: each one is released by a scope, and so is what is made of it. */
export const CLAIM_SOURCES = [
  'sub',
  'email',
  'email_verified',
  'phone_number',
  'phone_number_verified',
  'org_id',
  'org_name',
  'roles',
  ...PROFILE_CLAIMS,
] as const;

/** Most claims of one client's own. */
export const MOST_CLAIMS = 20;

/** A claim of ours under another name, for applications that know what it says by that one. */
export type ClaimSource = (typeof CLAIM_SOURCES)[number];
export type ClaimMapping = Readonly<Record<string, ClaimSource>>;

/** Longest names, in characters: of a plain one and of a URI. */
const LONGEST_NAME = 64;
const LONGEST_URI = 256;

/** What tokens mean by the protocol (RFC 7519 §4.1, OpenID Connect Core §2, RFC 9068 §2.2, RFC 8693 §4). */
const OF_THE_PROTOCOL: readonly string[] = (
  'iss sub aud exp nbf iat jti nonce auth_time acr amr azp at_hash c_hash s_hash sid events txn toe ' +
  'scope client_id cnf act may_act authorization_details'
).split(' ');

/** What applications take for proven here: nobody's own choice of words may say it. */
const PROVEN_HERE: readonly string[] =
  'email email_verified phone_number phone_number_verified org_id org_name roles approval_data updated_at'.split(' ');

/** What is wrong with the name of a claim of a client's own, in words; null when it may have it. */
export function claimNameFault(name: string): string | null {
  if (OF_THE_PROTOCOL.includes(name)) return 'means something in every token already; take another name';
  if (PROVEN_HERE.includes(name)) return 'is a claim of this server already; take another name';
  if (isNamespaced(name)) return null;
  // Records of JavaScript have these without being given them.
  if (name.length <= LONGEST_NAME && /^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && !(name in Object.prototype)) return null;
  return `expected up to ${LONGEST_NAME} letters, digits, _ and -, the first a letter, or an https URI up to ${LONGEST_URI} characters`;
}

/** A name that nobody else gives (RFC 7519 §4.2). */
const isNamespaced = (name: string): boolean =>
  name.length <= LONGEST_URI && /^https:\/\/[\w\-.~:/?#@!$&'()*+,;=%]+$/.test(name) && URL.canParse(name);

/**
 * Claims that are released, and the client's own beside them: each one only where its source is.
 *
 * @param released what scopes and the `claims` parameter have released, by name
 */
export function withMapped(
  released: Readonly<Record<string, unknown>>,
  mapping: ClaimMapping,
): Readonly<Record<string, unknown>> {
  const mapped = Object.entries(mapping).filter(([, source]) => Object.hasOwn(released, source));
  return { ...released, ...Object.fromEntries(mapped.map(([name, source]) => [name, released[source]])) };
}
