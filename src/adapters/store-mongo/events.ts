import type { Model, QueryFilter } from 'mongoose';
import type { EventType } from '../../domain/event.ts';
import type { EventConditions, EventFilter, EventStore } from '../../ports/store/events.ts';
import { above, atLeast, below, between, olderThan, oneOf } from './comparisons.ts';
import { type EventDocument, toEvent, toEventDocument } from './documents/event.ts';
import type { Models } from './models.ts';
import { createTallies } from './tallies.ts';

/**
 * Events and counts are two writes: a server that dies between them has lost counts of a moment. Those who count at the same
 * time on other nodes lose nothing.
 */
export function createEventStore(models: Pick<Models, 'events' | 'tallies'>): EventStore {
  const { events: model } = models;
  const { add, ...tallies } = createTallies(models.tallies);
  return {
    async append(events, counted = []) {
      if (events.length > 0) {
        await model.insertMany(events.map(toEventDocument), { ordered: false, throwOnValidationError: true });
      }
      await add(counted);
    },
    async list(filter, limit) {
      const query = model.find(narrowed(filter)).sort({ at: -1, _id: -1 });
      return (await query.limit(limit).lean<EventDocument[]>()).map(toEvent);
    },
    async following(conditions, { at, id }, limit) {
      const moment = new Date(at);
      const behind = { at: atLeast(moment), $or: [{ at: above(moment) }, { _id: above(id) }] };
      const query = model.find({ ...conditionsOf(conditions), ...behind }).sort({ at: 1, _id: 1 });
      return (await query.limit(limit).lean<EventDocument[]>()).map(toEvent);
    },
    purge: (before, limit) => purge(model, before, limit),
    ...tallies,
  };
}

async function purge(model: Model<EventDocument>, before: number, limit: number): Promise<number> {
  const old = { at: below(new Date(before)) };
  const oldest = await model.find(old, { _id: 1 }).sort({ at: 1, _id: 1 }).limit(limit).lean<EventDocument[]>();
  if (oldest.length === 0) return 0;
  return (await model.deleteMany({ _id: oneOf(oldest.map(({ _id }) => _id)) })).deletedCount;
}

function narrowed({ from, before, ...conditions }: EventFilter): QueryFilter<EventDocument> {
  const older = before === undefined ? {} : olderThan<EventDocument>('at', new Date(before.at), before.id);
  const since = from === undefined ? null : new Date(from);
  const bounds =
    since === null ? {} : { at: before === undefined ? atLeast(since) : between(since, new Date(before.at)) };
  return { ...conditionsOf(conditions), ...older, ...bounds };
}

const conditionsOf = ({ type, accountId, actor, clientId }: EventConditions): QueryFilter<EventDocument> => ({
  ...(accountId === undefined ? {} : { accountId }),
  ...(actor === undefined ? {} : { actor }),
  ...(clientId === undefined ? {} : { clientId }),
  ...(type === undefined ? {} : { type: type as EventType }),
});
