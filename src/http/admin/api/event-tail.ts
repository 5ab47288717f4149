import { z } from 'zod';
import type { Trail } from '../../../services/trail/trail.ts';
import type { TailPlace } from '../../../services/trail/trail-tail.ts';
import { BodyFault } from '../../api/json-body.ts';
import { conditionsOf, conditionsQuery, EXAMPLE_EVENT, eventSchema, momentText, shownEvent } from './event-schemas.ts';
import { type AdminOperation, adminOperation } from './operation.ts';
import { pageQuery } from './pages.ts';

const tailQuery = conditionsQuery.extend({
  ...pageQuery.shape,
  cursor: z.string().min(1).max(256).optional().describe('`next_cursor` of the answer before.'),
  from: momentText.describe('Where to begin without a cursor, in milliseconds since the epoch; left out, now.'),
});

/** @throws BodyFault for what is no cursor of ours */
function placeOf(cursor: string): TailPlace {
  const [, settled, at, id] = /^(\d{1,15})(?:\.(\d{1,15})\.(.+))?$/.exec(cursor) ?? [];
  if (settled === undefined) throw new BodyFault(['cursor: expected the next_cursor of an answer before']);
  const behind = at === undefined || id === undefined ? null : { at: Number(at), id };
  return { settled: Number(settled), behind };
}

const cursorOf = ({ settled, behind }: TailPlace): string =>
  behind === null ? String(settled) : `${settled}.${behind.at}.${behind.id}`;

/** For somebody who watches what happens. */
export const tailEvents = (trail: Trail): AdminOperation =>
  adminOperation({
    id: 'tailEvents',
    group: 'Events',
    method: 'get',
    path: '/events/tail',
    summary: 'Watch events',
    description:
      'Oldest first. Ask with the cursor of the answer before, at once after a full page, and otherwise every second or ' +
      'so. Events of the last 15 seconds may come again, because others can turn up before them: whoever has seen an `id` ' +
      'passes over it. None is left out.',
    scope: 'read',
    query: tailQuery,
    body: null,
    success: {
      status: 200,
      description: 'What has happened since',
      schema: z.strictObject({
        items: z.array(eventSchema),
        next_cursor: z.string().describe('Always there: where to go on.'),
      }),
    },
    examples: [
      { summary: 'From now on', body: null, answer: { items: [EXAMPLE_EVENT], next_cursor: '1763640000000' } },
    ],
    async handle({ query: { cursor, from, limit, ...conditions } }) {
      const place = cursor === undefined ? (from === undefined ? null : Number(from)) : placeOf(cursor);
      const { events, next } = await trail.tail(conditionsOf(conditions), place, limit);
      return { items: events.map(shownEvent), next_cursor: cursorOf(next) };
    },
  });
