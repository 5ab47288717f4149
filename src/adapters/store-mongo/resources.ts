import type { Model } from 'mongoose';
import type { Resource } from '../../domain/resource.ts';
import type { ResourceStore } from '../../ports/store/resources.ts';
import { above } from './comparisons.ts';
import { type ResourceDocument, toResource, toResourceDocument } from './documents/resource.ts';
import { insertNew } from './writes.ts';

export const createResourceStore = (model: Model<ResourceDocument>): ResourceStore => ({
  find: async (id) => decoded(await model.findOne({ _id: id }).lean<ResourceDocument>()),
  async list(after, limit) {
    const page = model.find(after === null ? {} : { _id: above(after) });
    return (await page.sort({ _id: 1 }).limit(limit).lean<ResourceDocument[]>()).map(toResource);
  },
  create: (resource) => insertNew(model, toResourceDocument(resource)),
  async update(resource) {
    const { _id, version, ...changed } = toResourceDocument(resource);
    const stored = await model
      .findOneAndUpdate({ _id, version }, { $set: changed, $inc: { version: 1 } }, { returnDocument: 'after' })
      .lean<ResourceDocument>();
    return decoded(stored);
  },
  remove: async (id) => (await model.deleteOne({ _id: id })).deletedCount === 1,
});

const decoded = (stored: ResourceDocument | null): Resource | null => (stored === null ? null : toResource(stored));
