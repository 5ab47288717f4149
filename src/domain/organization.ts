import type { OrganizationPolicy } from './client.ts';
import { Problem } from './errors.ts';

/** A company or team whose members sign in on its behalf. */
export interface Organization {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Rises with each change; a write names the version it read. */
  readonly version: number;
}

/** An account's part in an organization. */
export interface Member {
  readonly organizationId: string;
  readonly accountId: string;
  /** Names of roles, as tokens carry them. */
  readonly roles: readonly string[];
  /** Milliseconds since the epoch. */
  readonly joinedAt: number;
}

/** Longest name, in characters. */
const LONGEST_NAME = 100;

/** Most roles a member may have in one organization: they all go into every token. */
const MOST_ROLES = 50;

/** What tokens may carry as the name of a role; nothing that any reader could take for a separator or markup. */
const ROLE = /^[A-Za-z0-9_.:-]{1,64}$/;

const tidied = (text: string): string => text.normalize('NFC').trim();

/** Joiners within a word: Persian and Indic words are not written without, nor are families of emoji. ASCII has no use for them. */
const JOINERS = /(?<=[^\p{ASCII}\p{C}])[\u200c\u200d](?=[^\p{ASCII}\p{C}])/gu;

/** Whether a text is a name: not empty, not too long, and nothing in it that nobody sees. */
export function isOrganizationName(text: string): boolean {
  const name = tidied(text);
  return name !== '' && [...name].length <= LONGEST_NAME && !/\p{C}/u.test(name.replace(JOINERS, ''));
}

/** Whether a text is the name of a role. */
export const isRoleName = (text: string): boolean => ROLE.test(text);

/** @throws Problem `request_invalid` for an empty name, one that is too long, and one with control characters */
export function organizationName(text: string): string {
  if (!isOrganizationName(text)) throw new Problem('request_invalid');
  return tidied(text);
}

/** Each once, in their order. @throws Problem `request_invalid` for more than 50, and for names that are none */
export function roleNames(names: readonly string[]): readonly string[] {
  const roles = [...new Set(names)];
  if (roles.length > MOST_ROLES || !roles.every(isRoleName)) throw new Problem('request_invalid');
  return roles;
}

/** An organization somebody is a member of, with their roles there. */
export interface Membership {
  readonly organization: Organization;
  readonly roles: readonly string[];
}

/** For which organization somebody signs in. */
export type OrganizationChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'taken'; readonly membership: Membership }
  /** Several would do. */
  | { readonly kind: 'open'; readonly among: readonly Membership[] }
  /** One was named that is not theirs, does not exist, or may not be named here; nobody learns which. */
  | { readonly kind: 'refused' }
  /** The client wants one, and they have none. */
  | { readonly kind: 'missing' };

/**
 * For which organization somebody signs in at a client.
 *
 * @param named the organization that the request names; null when it names none
 * @param memberships all of this account's
 */
export function organizationChoice(
  policy: OrganizationPolicy,
  named: string | null,
  memberships: readonly Membership[],
): OrganizationChoice {
  if (named !== null) {
    const membership = memberships.find(({ organization }) => organization.id === named);
    return membership === undefined || policy === 'none' ? { kind: 'refused' } : { kind: 'taken', membership };
  }
  if (policy === 'none') return { kind: 'none' };
  const [first, ...others] = memberships;
  if (first === undefined) return { kind: policy === 'required' ? 'missing' : 'none' };
  return others.length === 0 ? { kind: 'taken', membership: first } : { kind: 'open', among: memberships };
}
