import type { Model } from 'mongoose';
import type { Client } from '../../domain/client.ts';
import { searchable } from '../../domain/client-search.ts';
import type { ClientStore } from '../../ports/store/records.ts';
import { above, having } from './comparisons.ts';
import { type ClientDocument, toClient, toClientDocument } from './documents/client.ts';
import { insertNew } from './writes.ts';

export function createClientStore(model: Model<ClientDocument>): ClientStore {
  return {
    find: async (id) => decoded(await model.findOne({ _id: id }).lean<ClientDocument>()),
    async list(after, limit) {
      const page = model.find(after === null ? {} : { _id: above(after) });
      return (await page.sort({ _id: 1 }).limit(limit).lean<ClientDocument[]>()).map(toClient);
    },
    async search(text, after, limit) {
      const matching = { needle: having(searchable(text)), ...(after === null ? {} : { _id: above(after) }) };
      return (await model.find(matching).sort({ _id: 1 }).limit(limit).lean<ClientDocument[]>()).map(toClient);
    },
    create: (client) => insertNew(model, toClientDocument(client)),
    async update(client) {
      const { _id, version, ...changed } = toClientDocument(client);
      const stored = await model
        .findOneAndUpdate({ _id, version }, { $set: changed, $inc: { version: 1 } }, { returnDocument: 'after' })
        .lean<ClientDocument>();
      return decoded(stored);
    },
    remove: async (id) => (await model.deleteOne({ _id: id })).deletedCount === 1,
  };
}

const decoded = (stored: ClientDocument | null): Client | null => (stored === null ? null : toClient(stored));
