import type { Model, QueryFilter } from 'mongoose';
import type { KeyStore } from '../../ports/store/installation.ts';
import { oneOf } from './comparisons.ts';
import { type KeyDocument, toKey, toKeyDocument } from './documents/installation.ts';
import { insertNew } from './writes.ts';

export const createKeyStore = (model: Model<KeyDocument>): KeyStore => ({
  list: async () => (await model.find({}).sort({ createdAt: 1, _id: 1 }).lean<KeyDocument[]>()).map(toKey),
  // The index `generation` refuses a second key of one.
  create: (key) => insertNew(model, toKeyDocument(key)),
  async withdraw(id, at) {
    const standing = { _id: id, withdrawnAt: null };
    return (await model.updateOne(standing, { $set: { withdrawnAt: new Date(at) } })).modifiedCount === 1;
  },
  async note(id, before, after) {
    // Of a former version nothing is noted; it was active.
    const noted = before === 'active' ? oneOf([before, null]) : before;
    return (
      (await model.updateOne({ _id: id, noted } as QueryFilter<KeyDocument>, { $set: { noted: after } }))
        .modifiedCount === 1
    );
  },
  async reseal(id, sealed) {
    await model.updateOne({ _id: id }, { $set: { sealed } });
  },
  remove: async (id) => (await model.deleteOne({ _id: id })).deletedCount === 1,
});
