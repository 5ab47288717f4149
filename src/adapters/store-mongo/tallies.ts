import { type Model, mongo } from 'mongoose';
import type { Tally } from '../../domain/tally.ts';
import type { EventStore, Sum } from '../../ports/store/events.ts';
import { below, between, oneOf } from './comparisons.ts';
import { type TallyDocument, tallyKey, toTally } from './documents/event.ts';
import { isDuplicate } from './unavailable.ts';

/** What was counted, by day. */
export const createTallies = (
  model: Model<TallyDocument>,
): Pick<EventStore, 'tallies' | 'sums' | 'trimTallies' | 'purgeTallies'> & {
  add(tallies: readonly Tally[]): Promise<void>;
} => ({
  add: (tallies) => add(model, tallies),
  async tallies(dimension, from, until) {
    const days = { dimension, day: between(from, until - 1) };
    return (await model.find(days).lean<TallyDocument[]>()).map(toTally);
  },
  async sums(dimension, from, until, limit) {
    const sums = await model.aggregate<Sum>([
      { $match: { dimension, day: { $gte: from, $lt: until } } },
      { $group: { _id: { metric: '$metric', value: '$value' }, count: { $sum: '$count' } } },
      { $project: { _id: 0, metric: '$_id.metric', value: '$_id.value', count: 1 } },
    ]);
    const name = ({ metric, value }: Sum): string => `${metric} ${value}`;
    return sums.sort((one, other) => other.count - one.count || (name(one) < name(other) ? -1 : 1)).slice(0, limit);
  },
  async trimTallies(dimension, day, keep) {
    const counts = await model.find({ dimension, day }, { count: 1 }).lean<TallyDocument[]>();
    const low = counts.toSorted((one, other) => other.count - one.count).slice(keep);
    if (low.length === 0) return 0;
    return (await model.deleteMany({ _id: oneOf(low.map(({ _id }) => _id)) })).deletedCount;
  },
  async purgeTallies(day, limit) {
    const oldest = await model
      .find({ day: below(day) }, { _id: 1 })
      .sort({ day: 1 })
      .limit(limit)
      .lean<TallyDocument[]>();
    if (oldest.length === 0) return 0;
    return (await model.deleteMany({ _id: oneOf(oldest.map(({ _id }) => _id)) })).deletedCount;
  },
});

/** One write for all of them, each of which adds to what is there, whoever else adds at the same time. */
async function add(model: Model<TallyDocument>, tallies: readonly Tally[]): Promise<void> {
  if (tallies.length === 0) return;
  try {
    await model.bulkWrite(tallies.map(stepOf), { ordered: false, throwOnValidationError: true });
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError && isDuplicate(error))) throw error;
    const failed = [error.writeErrors].flat();
    if (failed.some(({ code }) => code !== error.code)) throw error;
    // Somebody else's first count of the day came at the same moment: by now it is there to be added to.
    await add(
      model,
      failed.flatMap(({ index }) => tallies[index] ?? []),
    );
  }
}

function stepOf(tally: Tally) {
  const { count, ...fields } = tally;
  return {
    updateOne: { filter: { _id: tallyKey(tally) }, update: { $inc: { count }, $setOnInsert: fields }, upsert: true },
  };
}
