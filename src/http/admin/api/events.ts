import type { Trail } from '../../../services/trail/trail.ts';
import { exportEvents } from './event-export.ts';
import { filterOf, filterQuery } from './event-filter.ts';
import { EXAMPLE_EVENT, eventSchema, shownEvent } from './event-schemas.ts';
import { tailEvents } from './event-tail.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { cursorOf, pageOf, pageQuery, positionOf } from './pages.ts';

const listQuery = filterQuery.extend(pageQuery.shape);

/** Who did what to whom. */
export const eventOperations = ({ trail }: { readonly trail: Trail }): AdminOperation[] => [
  adminOperation({
    id: 'listEvents',
    group: 'Events',
    method: 'get',
    path: '/events',
    summary: 'List events',
    description: 'Newest first; all conditions hold at once.',
    scope: 'read',
    query: listQuery,
    body: null,
    success: {
      status: 200,
      description: 'A page of events',
      schema: pageOf(eventSchema),
    },
    examples: [{ summary: 'The newest', body: null, answer: { items: [EXAMPLE_EVENT], next_cursor: null } }],
    async handle({ query }) {
      const { events, next } = await trail.page(filterOf(query), positionOf(query.cursor), query.limit);
      return { items: events.map(shownEvent), next_cursor: cursorOf(next) };
    },
  }),
  tailEvents(trail),
  exportEvents(trail),
];
