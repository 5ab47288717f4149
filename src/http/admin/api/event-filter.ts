import type { z } from 'zod';
import type { TrailFilter } from '../../../services/trail/trail.ts';
import { conditionsOf, conditionsQuery, momentText } from './event-schemas.ts';

/** By what a list of events can be narrowed. */
export const filterQuery = conditionsQuery.extend({
  from: momentText.describe('Only events of this moment and later, in milliseconds since the epoch.'),
  until: momentText.describe('Only events before this moment, in milliseconds since the epoch.'),
});

export const filterOf = ({ from, until, ...conditions }: z.output<typeof filterQuery>): TrailFilter => ({
  ...conditionsOf(conditions),
  ...(from === undefined ? {} : { from: Number(from) }),
  ...(until === undefined ? {} : { until: Number(until) }),
});
