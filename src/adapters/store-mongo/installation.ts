import type { Model, QueryFilter } from 'mongoose';
import type { EventType } from '../../domain/event.ts';
import type { EventFilter, EventStore, KeyStore } from '../../ports/store/installation.ts';
import { atMost, below, oneOf } from './comparisons.ts';
import {
  type EventDocument,
  type KeyDocument,
  toEvent,
  toEventDocument,
  toKey,
  toKeyDocument,
} from './documents/installation.ts';
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

export const createEventStore = (model: Model<EventDocument>): EventStore => ({
  async append(events) {
    if (events.length === 0) return;
    await model.insertMany(events.map(toEventDocument), { ordered: false, throwOnValidationError: true });
  },
  async list(filter, limit) {
    const query = model.find(conditionsOf(filter)).sort({ at: -1, _id: -1 });
    return (await query.limit(limit).lean<EventDocument[]>()).map(toEvent);
  },
  async purge(before, limit) {
    const old = { at: below(new Date(before)) };
    const oldest = await model.find(old, { _id: 1 }).sort({ at: 1, _id: 1 }).limit(limit).lean<EventDocument[]>();
    if (oldest.length === 0) return 0;
    return (await model.deleteMany({ _id: oneOf(oldest.map(({ _id }) => _id)) })).deletedCount;
  },
});

function conditionsOf({ type, accountId, actor, clientId, before }: EventFilter): QueryFilter<EventDocument> {
  return {
    ...(accountId === undefined ? {} : { accountId }),
    ...(actor === undefined ? {} : { actor }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(type === undefined ? {} : { type: type as EventType }),
    ...(before === undefined ? {} : olderThan(new Date(before.at), before.id)),
  };
}

/** The bound that an index can begin at, and which of the same millisecond it lets through. */
const olderThan = (at: Date, id: string): QueryFilter<EventDocument> => ({
  at: atMost(at),
  $or: [{ at: below(at) }, { _id: below(id) }],
});
