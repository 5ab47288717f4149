import type { Member, Organization } from '../../domain/organization.ts';

export interface OrganizationStore {
  /** Creates the organization unless the id is taken. @returns false when it was taken */
  create(organization: Organization): Promise<boolean>;
  find(id: string): Promise<Organization | null>;
  /** Organizations by id, ascending in the order of their UTF-8 bytes, after the cursor. */
  list(after: string | null, limit: number): Promise<Organization[]>;
  /** Replaces an organization if it still has the version that was read; the stored version rises by one. @returns null otherwise */
  update(organization: Organization): Promise<Organization | null>;
  /** Removes an organization and its members. @returns whether there was one */
  remove(id: string): Promise<boolean>;

  /** Adds a member or replaces its roles; `joinedAt` stays what it was. @returns false when there is no such organization */
  putMember(member: Member): Promise<boolean>;
  /** @returns whether there was one */
  removeMember(organizationId: string, accountId: string): Promise<boolean>;
  findMember(organizationId: string, accountId: string): Promise<Member | null>;
  /** Members by account id, ascending, after the cursor. */
  members(organizationId: string, after: string | null, limit: number): Promise<Member[]>;
  /** What an account is a member of, by organization id, ascending. */
  memberships(accountId: string, limit: number): Promise<Member[]>;
}
