import type { Model } from 'mongoose';
import type { AdminKeyStore } from '../../ports/store/admin-keys.ts';
import { above } from './comparisons.ts';
import { type AdminKeyDocument, toAdminKey, toAdminKeyDocument } from './documents/admin-key.ts';
import { insertNew } from './writes.ts';

export const createAdminKeyStore = (model: Model<AdminKeyDocument>): AdminKeyStore => ({
  create: (key) => insertNew(model, toAdminKeyDocument(key)),
  async find(id) {
    const stored = await model.findOne({ _id: id }).lean<AdminKeyDocument>();
    return stored === null ? null : toAdminKey(stored);
  },
  async list(after, limit) {
    const page = model.find(after === null ? {} : { _id: above(after) });
    return (await page.sort({ _id: 1 }).limit(limit).lean<AdminKeyDocument[]>()).map(toAdminKey);
  },
  remove: async (id) => (await model.deleteOne({ _id: id })).deletedCount === 1,
});
