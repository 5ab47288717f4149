import type { Membership } from '../../domain/organization.ts';
import type { Organizations } from '../../services/people/organizations.ts';
import type { GrantContexts } from './context.ts';

/** What accounts are, now, in the organizations that grants were made for. */
export interface GrantMemberships {
  /** `none` when the grant is for no organization; `ended` when the account is no member any more. */
  of(accountId: string, grantId: string | undefined): Promise<Membership | 'none' | 'ended'>;
}

export const createGrantMemberships = (deps: {
  grantContexts: GrantContexts;
  organizations: Organizations;
}): GrantMemberships => ({
  async of(accountId, grantId) {
    const organizationId = (await deps.grantContexts.find(grantId))?.organizationId ?? null;
    if (organizationId === null) return 'none';
    return (await deps.organizations.membership(accountId, organizationId)) ?? 'ended';
  },
});

/** What an access token has to say of the organization: what decides about access. */
export const organizationRights = (membership: Membership | 'none' | 'ended'): Record<string, unknown> =>
  typeof membership === 'string' ? {} : { org_id: membership.organization.id, roles: [...membership.roles] };

/** What an application learns of the organization that somebody signs in for. */
export const organizationClaims = (membership: Membership | 'none' | 'ended'): Record<string, unknown> =>
  typeof membership === 'string' ? {} : { ...organizationRights(membership), org_name: membership.organization.name };
