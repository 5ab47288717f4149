import type { Member, Organization } from '../../../domain/organization.ts';
import { declared, moment, text, whole } from './declared.ts';

/** An organization as it lies in `organizations`. */
export interface OrganizationDocument extends Omit<Organization, 'id' | 'createdAt' | 'updatedAt'> {
  readonly _id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /**
   * Drawn when it is created. Members are of this one life: those that a crash leaves behind belong to nobody, also when
   * there is an organization of this id again.
   */
  readonly life: string;
}

/** A member as it lies in `members`. */
export interface MemberDocument extends Omit<Member, 'joinedAt'> {
  /** One for each pair. */
  readonly _id: string;
  readonly joinedAt: Date;
  readonly life: string;
}

export const organizationSchema = declared<OrganizationDocument>('organizations', {
  _id: text,
  name: text,
  createdAt: moment,
  updatedAt: moment,
  version: whole,
  life: text,
});

export const memberSchema = declared<MemberDocument>('members', {
  _id: text,
  organizationId: text,
  accountId: text,
  roles: [String],
  joinedAt: moment,
  life: text,
});

memberSchema.index({ organizationId: 1, accountId: 1 }, { name: 'organization' });
memberSchema.index({ accountId: 1, organizationId: 1 }, { name: 'account' });

/** The length tells where one id ends: no two pairs share a key. */
export const memberKey = (organizationId: string, accountId: string): string =>
  `${organizationId.length}:${organizationId}${accountId}`;

export const toOrganizationDocument = ({ id, ...organization }: Organization, life: string): OrganizationDocument => ({
  ...organization,
  _id: id,
  createdAt: new Date(organization.createdAt),
  updatedAt: new Date(organization.updatedAt),
  life,
});

export const toOrganization = (stored: OrganizationDocument): Organization => ({
  id: stored._id,
  name: stored.name,
  createdAt: stored.createdAt.getTime(),
  updatedAt: stored.updatedAt.getTime(),
  version: stored.version,
});

export const toMemberDocument = (member: Member, life: string): MemberDocument => ({
  ...member,
  _id: memberKey(member.organizationId, member.accountId),
  joinedAt: new Date(member.joinedAt),
  life,
});

export const toMember = ({ organizationId, accountId, roles, joinedAt }: MemberDocument): Member => ({
  organizationId,
  accountId,
  roles: [...roles],
  joinedAt: joinedAt.getTime(),
});
