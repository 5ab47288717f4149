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
  // The index `active` refuses a second active key of an algorithm.
  createFirst: (key) => insertNew(model, toKeyDocument(key)),
  async reseal(id, sealed) {
    await model.updateOne({ _id: id }, { $set: { sealed } });
  },
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
