import type { Model } from 'mongoose';
import type { Client } from '../../domain/client.ts';
import { searchable } from '../../domain/client-search.ts';
import type { ClientStore } from '../../ports/store/records.ts';
import { above, oneOf } from './comparisons.ts';
import { type ClientDocument, toClient, toClientDocument } from './documents/client.ts';
import { insertNew } from './writes.ts';

export function createClientStore(model: Model<ClientDocument>): ClientStore {
  return {
    find: async (id) => decoded(await model.findOne({ _id: id }).lean<ClientDocument>()),
    async list(after, limit) {
      const page = model.find(after === null ? {} : { _id: above(after) });
      return (await page.sort({ _id: 1 }).limit(limit).lean<ClientDocument[]>()).map(toClient);
    },
    search: (text, after, limit) => search(model, searchable(text), after, limit),
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

/** Needles read at a time. */
const PORTION = 1_000;

/** Needles are compared here: what somebody typed is no pattern, and no operator of the database has to be trusted with it. */
async function search(model: Model<ClientDocument>, part: string, after: string | null, limit: number) {
  const ids: string[] = [];
  let cursor = after;
  while (ids.length < limit) {
    const portion = await model
      .find(cursor === null ? {} : { _id: above(cursor) }, { needle: 1 })
      .sort({ _id: 1 })
      .limit(PORTION)
      .lean<Pick<ClientDocument, '_id' | 'needle'>[]>();
    ids.push(...portion.filter(({ needle = '' }) => needle.includes(part)).map(({ _id }) => _id));
    cursor = portion.at(-1)?._id ?? null;
    if (portion.length < PORTION) break;
  }
  const found = model.find({ _id: oneOf(ids.slice(0, limit)) }).sort({ _id: 1 });
  return (await found.lean<ClientDocument[]>()).map(toClient);
}

const decoded = (stored: ClientDocument | null): Client | null => (stored === null ? null : toClient(stored));
