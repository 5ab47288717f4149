import { mongo } from 'mongoose';
import type { Organization } from '../../domain/organization.ts';
import type { OrganizationStore } from '../../ports/store/organizations.ts';
import { above } from './comparisons.ts';
import { type OrganizationDocument, toOrganization, toOrganizationDocument } from './documents/organization.ts';
import { createMembers } from './members.ts';
import type { Models } from './models.ts';
import { insertNew } from './writes.ts';

export function createOrganizationStore(models: Models): OrganizationStore {
  const { organizations, members } = models;
  return {
    create: (organization) =>
      insertNew(organizations, toOrganizationDocument(organization, new mongo.ObjectId().toHexString())),
    find: async (id) => decoded(await organizations.findOne({ _id: id }).lean<OrganizationDocument>()),
    async list(after, limit) {
      const page = organizations.find(after === null ? {} : { _id: above(after) });
      return (await page.sort({ _id: 1 }).limit(limit).lean<OrganizationDocument[]>()).map(toOrganization);
    },
    async update({ id, version, name, createdAt, updatedAt }) {
      const changed = { name, createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) };
      const stored = await organizations
        .findOneAndUpdate({ _id: id, version }, { $set: changed, $inc: { version: 1 } }, { returnDocument: 'after' })
        .lean<OrganizationDocument>();
      return decoded(stored);
    },
    // The organization first: with it all members are gone, whatever becomes of their documents.
    async remove(id) {
      const removed = await organizations.findOneAndDelete({ _id: id }).lean<OrganizationDocument>();
      if (removed === null) return false;
      await members.deleteMany({ organizationId: id, life: removed.life });
      return true;
    },
    ...createMembers(models),
  };
}

const decoded = (stored: OrganizationDocument | null): Organization | null =>
  stored === null ? null : toOrganization(stored);
