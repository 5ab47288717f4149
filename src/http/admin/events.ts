import type { EventPosition } from '../../ports/store/events.ts';
import type { Trail } from '../../services/trail.ts';
import { BodyFault } from '../api/json-body.ts';
import { exportEvents } from './event-export.ts';
import { filterOf, filterQuery } from './event-filter.ts';
import { EXAMPLE_EVENT, eventSchema, shownEvent } from './event-schemas.ts';
import { tailEvents } from './event-tail.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { pageOf, pageQuery } from './pages.ts';

const listQuery = filterQuery.extend(pageQuery.shape);

/** @throws BodyFault for what is no cursor of ours */
function positionOf(cursor: string | undefined): EventPosition | null {
  if (cursor === undefined) return null;
  const [, at, id] = /^(\d{1,15})\.(.+)$/.exec(cursor) ?? [];
  if (id === undefined) throw new BodyFault(['cursor: expected the next_cursor of a page before']);
  return { at: Number(at), id };
}

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
      return { items: events.map(shownEvent), next_cursor: next === null ? null : `${next.at}.${next.id}` };
    },
  }),
  tailEvents(trail),
  exportEvents(trail),
];
