import type { AuditEvent } from '../../../domain/event.ts';
import type { Tally } from '../../../domain/tally.ts';
import { declared, moment, nested, oneWordOf, text, textOrNull, whole } from './declared.ts';

/** A line of the audit trail as it lies in `events`. */
export interface EventDocument extends Omit<AuditEvent, 'id' | 'at'> {
  readonly _id: string;
  readonly at: Date;
}

/** A count of a day as it lies in `tallies`. */
export interface TallyDocument extends Tally {
  /** All that it is of: the unique `_id` is what makes two nodes count in one place. */
  readonly _id: string;
}

export const eventSchema = declared<EventDocument>('events', {
  _id: text,
  at: moment,
  type: { type: String, required: true },
  accountId: textOrNull,
  clientId: textOrNull,
  identifier: textOrNull,
  network: textOrNull,
  requestId: textOrNull,
  reason: textOrNull,
  actor: textOrNull,
  object: textOrNull,
  changes: { type: [nested({ field: text, before: textOrNull, after: textOrNull })], default: null },
});

eventSchema.index({ at: -1, _id: -1 }, { name: 'time' });
eventSchema.index({ type: 1, at: -1, _id: -1 }, { name: 'type' });
eventSchema.index(
  { accountId: 1, at: -1, _id: -1 },
  { name: 'account', partialFilterExpression: { accountId: { $gt: '' } } },
);
eventSchema.index(
  { clientId: 1, at: -1, _id: -1 },
  { name: 'client', partialFilterExpression: { clientId: { $gt: '' } } },
);

eventSchema.index({ actor: 1, at: -1, _id: -1 }, { name: 'actor', partialFilterExpression: { actor: { $gt: '' } } });
// Of two conditions at once either may be somebody busy: an index of both finds what few events they share.
eventSchema.index(
  { accountId: 1, type: 1, at: -1, _id: -1 },
  { name: 'account-type', partialFilterExpression: { accountId: { $gt: '' } } },
);
eventSchema.index(
  { accountId: 1, clientId: 1, at: -1, _id: -1 },
  { name: 'account-client', partialFilterExpression: { accountId: { $gt: '' }, clientId: { $gt: '' } } },
);
eventSchema.index(
  { clientId: 1, type: 1, at: -1, _id: -1 },
  { name: 'client-type', partialFilterExpression: { clientId: { $gt: '' } } },
);
for (const other of ['type', 'accountId', 'clientId'] as const) {
  eventSchema.index(
    { actor: 1, [other]: 1, at: -1, _id: -1 },
    { name: `actor-${other.replace('Id', '')}`, partialFilterExpression: { actor: { $gt: '' } } },
  );
}

export const tallySchema = declared<TallyDocument>('tallies', {
  _id: text,
  day: whole,
  metric: text,
  dimension: oneWordOf('all', 'channel', 'country', 'client'),
  value: String,
  count: whole,
});

tallySchema.index({ dimension: 1, day: 1 }, { name: 'days' });
tallySchema.index({ day: 1 }, { name: 'age' });

/** Channels, countries and metrics are words of ours without a blank: no two tallies share a key. */
export const tallyKey = ({ dimension, day, metric, value }: Tally): string => `${dimension} ${day} ${metric} ${value}`;

export const toTally = ({ day, metric, dimension, value, count }: TallyDocument): Tally => ({
  day,
  metric,
  dimension,
  value,
  count,
});

export const toEventDocument = ({ id, ...event }: AuditEvent): EventDocument => ({
  ...event,
  _id: id,
  at: new Date(event.at),
});

export const toEvent = (stored: EventDocument): AuditEvent => ({
  id: stored._id,
  at: stored.at.getTime(),
  type: stored.type,
  accountId: stored.accountId,
  clientId: stored.clientId,
  identifier: stored.identifier,
  network: stored.network,
  requestId: stored.requestId,
  reason: stored.reason,
  // Absent in what a version before has written.
  actor: stored.actor ?? null,
  object: stored.object ?? null,
  changes: stored.changes?.map(({ field, before, after }) => ({ field, before, after })) ?? null,
});
